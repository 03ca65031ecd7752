import { type Container, type Directory, dag } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import {
  type ChangedPath,
  type CloneFacts,
  callWith,
  cloneFacts,
  incompleteClone,
  SignalboxError,
} from "../src/domain/index.ts"
import { onlyThese, plainGit, plainReading, toolContainer, whyFailed } from "../src/toolbox/index.ts"
import { git, gitExec, repository, repositoryOf, shallowClone } from "./source.ts"

/** A base revision that a call names. */
export interface Since {
  /** As the call has it. */
  readonly since: string
  readonly commit: string
}

/**
 * The commit that a text names: a branch, a tag, `HEAD~3`, an id.
 * @param argument which names it, for messages: `--since`
 * @throws USAGE without a repository, or where the clone does not have it; SHALLOW_CLONE where it may have been cut off
 */
export async function revisionNamed(session: Session, since: string, argument: string): Promise<Since> {
  if ((await repositoryOf(session)) === undefined)
    throw new SignalboxError("USAGE", {
      what: `${argument} ${JSON.stringify(since)} needs the git repository`,
      why: "what has changed is told by what the revision has",
      next: `name the directory that contains .git: ${callWith("--git .")}`,
    })
  if (!isRevision(since)) throw missing(since, argument)
  const named = await gitExec(session, ["rev-parse", "--quiet", "--verify", `${since}^{commit}`])
  const commit = (await named.exitCode()) === 0 ? (await named.stdout()).trim() : ""
  if (commit !== "") return { since, commit }
  const [isShallow] = await git(session, ["rev-parse", "--is-shallow-repository"])
  throw isShallow === "true"
    ? shallowClone(`it has no ${since}, from which ${argument} counts`)
    : missing(since, argument)
}

/** One commit, and no option or range. */
export const isRevision = (text: string): boolean => /^[^-^\s:][^\s:]*$/.test(text) && !text.includes("..")

function missing(since: string, argument: string): SignalboxError {
  const branch = since.replace(/^refs\/(?:heads|remotes\/[^/]+)\//, "").replace(/^origin\//, "")
  return new SignalboxError("USAGE", {
    what: `this clone has no revision ${JSON.stringify(since)}`,
    where: argument,
    why: "it names the branch, tag or commit from which changes count",
    next: isRevision(since)
      ? `correct it, or fetch it: git fetch origin ${branch}:refs/remotes/origin/${branch}`
      : "name one branch, tag or commit, such as origin/main",
  })
}

/**
 * The paths that the source has otherwise than a commit, whether that is committed or not: by content and mode, as git
 * compares them. What git ignores, and no commit has, is no source.
 * @throws HISTORY_INCOMPLETE, TOOL_FAILED where git cannot read the commit
 */
export async function changedPaths(session: Session, { commit }: Since): Promise<readonly ChangedPath[]> {
  const { container, clone } = await beside(session)
  const compared = comparison(container, commit)
  try {
    const answers = await Promise.all(
      comparing(commit).map(({ output }) => compared.file(`/answers/${output}`).contents()),
    )
    return readComparison(answers)
  } catch (cause) {
    throw notCompared(clone, commit, cause)
  }
}

/** A container with git beside the source, and with the repository's objects and nothing else of it. */
export async function beside(session: Session): Promise<{ container: Container; clone: CloneFacts }> {
  const directory = (await repository(session)).directory(".git")
  const [names, borrows] = await Promise.all([
    directory.entries(),
    directory.exists("objects/info/alternates"),
  ])
  const config = names.includes("config") ? await directory.file("config").contents() : ""
  const clone = cloneFacts({ names, config, borrows })
  const [toolbox, source, objects] = await Promise.all([
    session.toolbox(),
    session.source(),
    onlyThese(directory, ["objects", "shallow"]),
  ])
  const container = plainGit(toolContainer(toolbox, "gitleaks"))
    .withUser("0")
    .withEnvVariable("HOME", "/tmp")
    .withEnvVariable("GIT_INDEX_FILE", "/tmp/index")
    .withMountedDirectory("/repository", plainRepository(objects, clone.config))
    .withMountedDirectory("/source", source)
    .withWorkdir("/source")
    .withDirectory("/answers", dag.directory())
  return { container, clone }
}

/** Why git could not compare the source with a commit. */
export function notCompared(clone: CloneFacts, commit: string, cause: unknown): SignalboxError {
  const why = whyFailed(cause)
  return (
    incompleteClone(clone, why) ??
    new SignalboxError(
      "TOOL_FAILED",
      {
        what: `git cannot compare the source with ${commit}`,
        where: "--git",
        why,
        next: "see whether the clone is whole: git fsck; then call again",
      },
      { cause },
    )
  )
}

/** Without hooks, filters and whatever else a configuration can have git start: it reads objects, and nothing else. */
function plainRepository(objects: Directory, config: string): Directory {
  return dag
    .directory()
    .withDirectory(
      ".git",
      objects
        .withNewFile("HEAD", "ref: refs/heads/main\n")
        .withNewFile("config", config)
        .withNewDirectory("refs"),
    )
}

function comparison(container: Container, commit: string): Container {
  return comparing(commit).reduce(
    (one, { args, output }) => askGit(one, args, output),
    askGit(container, readIndex(commit)),
  )
}

/** Asks git beside the source; its answer lies in `/answers/OUTPUT`. */
export function askGit(container: Container, args: readonly string[], output?: string): Container {
  const places = ["--git-dir=/repository/.git", "--work-tree=/source"]
  const answer = output === undefined ? {} : { redirectStdout: `/answers/${output}` }
  return container.withExec(["git", ...plainReading, ...places, ...args], answer)
}

/** The commit becomes the index, so that the working tree is compared with it, and with nothing that was staged. */
export const readIndex = (commit: string): readonly string[] => ["read-tree", commit]

/** What git is asked, in the order in which `readComparison` reads its answers. */
export function comparing(
  commit: string,
): readonly { readonly args: readonly string[]; readonly output: string }[] {
  const plain = ["--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"]
  return [
    { args: ["diff", "-z", "--name-status", ...plain, commit, "--"], output: "differing" },
    { args: ["ls-files", "-z", "--others"], output: "added" },
    { args: ["ls-files", "-z", "--stage"], output: "committed" },
  ]
}

/**
 * What git has answered. A submodule counts as changed: its files are in the source, and the commit has only an id of them.
 * Packages (`node_modules`) are no source, also where they are committed.
 */
export function readComparison([
  differing = "",
  added = "",
  committed = "",
]: readonly string[]): readonly ChangedPath[] {
  const words = differing.split("\0")
  const found: ChangedPath[] = []
  for (let index = 0; index + 1 < words.length; index += 2) {
    const [status = "", path = ""] = [words[index], words[index + 1]]
    found.push({ path, change: status === "D" ? "deleted" : "modified" })
  }
  for (const path of added.split("\0")) if (path !== "") found.push({ path, change: "added" })
  for (const entry of committed.split("\0")) {
    const path = /^160000 [0-9a-f]+ \d\t([\s\S]+)$/.exec(entry)?.[1]
    if (path !== undefined) found.push({ path: `${path}/`, change: "submodule" })
  }
  return found
    .filter(({ path, change }) => change !== "deleted" || !path.split("/").includes("node_modules"))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}
