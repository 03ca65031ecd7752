import { type Container, type Directory, dag, ExecError, ReturnType } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import { holdsRepository, SignalboxError } from "../src/domain/index.ts"
import { toolContainer } from "../src/toolbox/index.ts"

/** What git says about the commit that a release is made of. */
export interface SourceFacts {
  readonly commit: string
  readonly tree: string
  readonly tag?: string
  /** Whether the commit is on the protected branch, as far as the repository knows it. */
  readonly onProtectedBranch: boolean
}

/**
 * Facts about HEAD, or about a tag.
 * @throws USAGE without a repository, for another project's repository or for an unknown tag, SHALLOW_CLONE when
 * history is cut off.
 */
export async function sourceFacts(session: Session, tag?: string): Promise<SourceFacts> {
  const { protectedBranch, project } = await session.config()
  const revision = tag === undefined ? "HEAD" : `refs/tags/${tag}`
  const [shallow, commit = "", tree = ""] = await revisionFacts(session, revision, tag)
  // First: the checkout that Dagger made of a module from elsewhere is a shallow one, and nobody's fault.
  await refuseOtherProject(session, commit, project)
  if (shallow !== "false")
    throw new SignalboxError("SHALLOW_CLONE", {
      what: "the repository is a shallow clone",
      why: "history, tags and the protected branch cannot be judged",
      next: "fetch everything: git fetch --unshallow --tags (in CI: fetch-depth 0)",
    })
  const branches = [`refs/heads/${protectedBranch}`, `refs/remotes/origin/${protectedBranch}`]
  const containing = await git(session, [
    "for-each-ref",
    "--contains",
    commit,
    "--format=%(refname)",
    ...branches,
  ])
  return { commit, tree, onProtectedBranch: containing.length > 0, ...(tag === undefined ? {} : { tag }) }
}

/** @throws POLICY_REFUSED */
export async function assertProtected(session: Session, facts: SourceFacts): Promise<void> {
  if (facts.onProtectedBranch) return
  throw new SignalboxError("POLICY_REFUSED", {
    what: `${facts.tag ?? "HEAD"} is not on the protected branch`,
    where: facts.commit,
    why: `${(await session.config()).protectedBranch} does not contain it`,
    next: "merge the commit first, and release it from there",
  })
}

/** A module that is called from elsewhere finds its own repository by default: releasing that would be a disaster. */
async function refuseOtherProject(session: Session, commit: string, project: string): Promise<void> {
  const { readYaml } = await import("./yaml.ts")
  const tree = await treeOf(session, commit)
  const own = (await tree.entries()).includes("signalbox.yaml")
    ? readYaml(await tree.file("signalbox.yaml").contents()).project
    : undefined
  if (own === project || session.inputs.config !== undefined) return
  throw new SignalboxError("USAGE", {
    what: "the repository is not the source's own",
    where: `${commit}: signalbox.yaml`,
    why: `it is of project ${JSON.stringify(own ?? null)}, the source of ${JSON.stringify(project)}`,
    next: "commit signalbox.yaml, and name both: --source . --git .",
  })
}

/** Whether history is cut off, commit and tree. @throws USAGE for a revision that is not there */
async function revisionFacts(session: Session, revision: string, tag: string | undefined): Promise<string[]> {
  try {
    const asked = ["--is-shallow-repository", `${revision}^{commit}`, `${revision}^{tree}`]
    return await git(session, ["rev-parse", ...asked])
  } catch (cause) {
    if (!(cause instanceof ExecError) || (await knows(session, revision))) throw cause
    const next = tag === undefined ? "commit first" : "create the tag, or fetch it: git fetch --tags"
    const what =
      tag === undefined ? "the repository has no commit" : `the repository has no tag ${JSON.stringify(tag)}`
    throw new SignalboxError("USAGE", { what, next }, { cause })
  }
}

/** Git answers 1 to this question for what it does not know, and 128 when it cannot tell, which the engine throws. */
async function knows(session: Session, revision: string): Promise<boolean> {
  const question = await gitExec(session, ["rev-parse", "--quiet", "--verify", `${revision}^{commit}`])
  return (await question.exitCode()) === 0
}

/** Lines that git prints. @throws ExecError when it fails */
async function git(session: Session, args: readonly string[]): Promise<string[]> {
  const done = await gitExec(session, args, ReturnType.Success)
  return (await done.stdout()).split("\n").filter((line) => line !== "")
}

async function gitExec(
  session: Session,
  args: readonly string[],
  expect = ReturnType.Any,
): Promise<Container> {
  return toolContainer(await session.toolbox(), "gitleaks")
    .withMountedDirectory("/repository", await repository(session))
    .withEnvVariable("GIT_CONFIG_COUNT", "1")
    .withEnvVariable("GIT_CONFIG_KEY_0", "safe.directory")
    .withEnvVariable("GIT_CONFIG_VALUE_0", "*")
    .withExec(["git", "--git-dir=/repository/.git", ...args], { expect })
}

/** The source tree of a commit, exactly as git has it. */
async function treeOf(session: Session, commit: string): Promise<Directory> {
  return (await repository(session)).asGit().commit(commit).tree({ discardGitDir: true })
}

/**
 * The source tree of a commit, known to the engine by its content, as a directory of the host is. By itself a tree is
 * known by its commit only: everything would be built and judged again for every new commit, and for a release what
 * was judged a minute ago in the working tree. Only what is read from a client's disk gets that identity, so the tree
 * takes the way over the disk of this function's own container.
 */
export async function releasedTree(session: Session, commit: string): Promise<Directory> {
  const place = `trees/${commit}`
  await (await treeOf(session, commit)).export(place, { wipe: true })
  await usualPermissions(place)
  return dag.currentModule().workdir(place)
}

/** Git knows one permission, the executable's. The engine checks out with all others given; a person's checkout has these. */
async function usualPermissions(directory: string): Promise<void> {
  const { chmod, readdir, stat } = await import("node:fs/promises")
  const { join } = await import("node:path")
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) await chmod(path, 0o755)
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}

/** The directory that holds `.git`. @throws USAGE when there is none, or it is somewhere else. */
export async function repository(session: Session): Promise<Directory> {
  const { git } = session.inputs
  if (git !== undefined && holdsRepository(await git.entries())) return git
  throw new SignalboxError("USAGE", {
    what: "this call needs the git repository",
    why: "a release is made of a commit, and history is part of what is judged",
    next: "call with --git DIRECTORY, the directory that holds .git and not .git itself: --git .",
  })
}
