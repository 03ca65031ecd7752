import { type Container, type Directory, dag, ExecError, ReturnType } from "@dagger.io/dagger"
import type { Session } from "../src/call/index.ts"
import { callWith, holdsRepository, SignalboxError } from "../src/domain/index.ts"
import { plainGit, plainReading, toolContainer } from "../src/toolbox/index.ts"
import { checkOut, isCommitId } from "./check-out.ts"
import { fetchLfsObjects } from "./lfs.ts"
import { tagObject } from "./tags.ts"

/** The commit that a release is built from, as git describes it. */
export interface SourceFacts {
  readonly commit: string
  readonly tree: string
  readonly tag?: string
  /** Full names of the protected branches that the clone has. */
  readonly protectedRefs: readonly string[]
  /** Those of them that contain the commit. */
  readonly onProtected: readonly string[]
}

/**
 * Facts about HEAD, or about a tag.
 * @param protectedRefs full names of the protected branches, as the policy in force has them.
 * @throws USAGE without a repository, for another project's repository or for an unknown tag, SHALLOW_CLONE when
 * history is cut off.
 */
export async function sourceFacts(
  session: Session,
  protectedRefs: readonly string[],
  tag?: string,
): Promise<SourceFacts> {
  const { project } = await session.config()
  const revision = tag === undefined ? "HEAD" : await tagObject((args) => git(session, args), tag)
  const [shallow, commit = "", tree = ""] = await revisionFacts(session, revision, tag)
  // Checked before shallowness: Dagger's own checkout of a remote module is shallow, and the user cannot change that.
  await assertSameProject(session, commit, project)
  if (shallow !== "false") throw shallowClone("history, tags and the protected branch cannot be judged")
  const [known, onProtected] = await Promise.all([
    branchesAmong(session, protectedRefs),
    branchesAmong(session, protectedRefs, "--contains", commit),
  ])
  return { commit, tree, protectedRefs: known, onProtected, ...(tag === undefined ? {} : { tag }) }
}

/** @param why what a history that is cut off keeps from being told. */
export function shallowClone(why: string): SignalboxError {
  return new SignalboxError("SHALLOW_CLONE", {
    what: "the repository is a shallow clone",
    why,
    next: "fetch everything: git fetch --unshallow --tags (in CI: fetch-depth 0)",
  })
}

/** Those of the refs that the clone has. `for-each-ref` takes a name for a prefix, so the names are compared again. */
async function branchesAmong(
  session: Session,
  refs: readonly string[],
  ...condition: readonly string[]
): Promise<readonly string[]> {
  const found = await git(session, ["for-each-ref", ...condition, "--format=%(refname)", ...refs])
  return found.filter((name) => refs.includes(name))
}

/**
 * @throws POLICY_REFUSED where no protected branch contains the commit; USAGE where the clone has none of the branches:
 * what is not there cannot be said to lack the commit.
 */
export function assertProtected(facts: SourceFacts, protectedBranches: readonly string[]): void {
  if (facts.onProtected.length > 0) return
  if (facts.protectedRefs.length === 0) throw noProtectedBranch(protectedBranches)
  throw new SignalboxError("POLICY_REFUSED", {
    what: `${facts.tag ?? "HEAD"} is not on a protected branch`,
    where: facts.commit,
    why: `none of these contains it: ${facts.protectedRefs.join(", ")}`,
    next: "merge the commit first, and push; the branches are protectedBranches of signalbox.yaml on the base revision",
  })
}

function noProtectedBranch(wanted: readonly string[]): SignalboxError {
  const branch = (wanted[0] ?? "").replace(/^refs\/(?:heads|remotes\/[^/]+)\//, "")
  return new SignalboxError("USAGE", {
    what: `this clone has no protected branch: ${wanted.join(", ")}`,
    why: "whether one of them contains the commit cannot be told",
    next: `git fetch origin ${branch}:refs/remotes/origin/${branch}; another name belongs into signalbox.yaml: protectedBranches`,
  })
}

/** A module called by its address finds its own repository by default: the call must not release Signalbox instead of the project. */
async function assertSameProject(session: Session, commit: string, project: string): Promise<void> {
  const { readYaml } = await import("./yaml.ts")
  const tree = await treeOf(session, commit)
  const own = (await tree.entries()).includes("signalbox.yaml")
    ? readYaml(await tree.file("signalbox.yaml").contents(), `signalbox.yaml of ${commit}`).project
    : undefined
  if (own === project || session.inputs.config !== undefined) return
  throw new SignalboxError("USAGE", {
    what: "--git is the repository of another project than --source",
    where: `${commit}: signalbox.yaml`,
    why: `the repository has project ${JSON.stringify(own ?? null)}, the source has ${JSON.stringify(project)}`,
    next: `commit signalbox.yaml, and name both: ${callWith("--source . --git .")}`,
  })
}

/** Whether the clone is shallow, then commit and tree. @throws USAGE for a revision that does not exist */
async function revisionFacts(session: Session, revision: string, tag: string | undefined): Promise<string[]> {
  try {
    const facts = ["--is-shallow-repository", `${revision}^{commit}`, `${revision}^{tree}`]
    return await git(session, ["rev-parse", ...facts])
  } catch (cause) {
    if (!(cause instanceof ExecError) || (await revisionExists(session, revision))) throw cause
    const detail =
      tag === undefined
        ? { what: "the repository has no commit", next: "commit first" }
        : { what: `the tag ${JSON.stringify(tag)} is of no commit`, next: "tag the commit to release" }
    throw new SignalboxError("USAGE", detail, { cause })
  }
}

/** `rev-parse --verify` ends with 1 for an unknown revision; 128 means that git itself failed, and the engine throws. */
export async function revisionExists(session: Session, revision: string): Promise<boolean> {
  const verified = await gitExec(session, ["rev-parse", "--quiet", "--verify", `${revision}^{commit}`])
  return (await verified.exitCode()) === 0
}

/** Whether a text, as a record has it, is the id of a commit of the clone; no other revision is taken. */
export async function hasCommit(session: Session, text: string): Promise<boolean> {
  return isCommitId(text) && (await revisionExists(session, text))
}

/** The lines that git prints. @throws ExecError when git fails */
export async function git(session: Session, args: readonly string[]): Promise<string[]> {
  const done = await gitExec(session, args, ReturnType.Success)
  return (await done.stdout()).split("\n").filter((line) => line !== "")
}

export async function gitExec(
  session: Session,
  args: readonly string[],
  expect = ReturnType.Any,
): Promise<Container> {
  return plainGit(toolContainer(await session.toolbox(), "gitleaks"))
    .withMountedDirectory("/repository", await repository(session))
    .withExec(["git", ...plainReading, "--git-dir=/repository/.git", ...args], { expect })
}

/**
 * The source tree of a commit, exactly as git has it.
 * @throws USAGE where the repository does not have it; TOOL_FAILED where the engine cannot check it out
 */
export async function treeOf(session: Session, commit: string): Promise<Directory> {
  const tree = await checkOut(await repository(session), commit)
  if (tree !== undefined) return tree
  throw new SignalboxError("USAGE", {
    what: `the repository has no commit ${commit}`,
    where: "--git",
    next: "fetch it: git fetch origin",
  })
}

/**
 * The same call over the tree of a commit as git has it: for reading its configuration. What is judged and built is
 * `releaseTree`, which is cached by content.
 */
export async function sessionAt(session: Session, commit: string): Promise<Session> {
  return session.withSource(await treeOf(session, commit))
}

/**
 * Tree of a commit, and the protected branches that contain it; null where the repository does not have it.
 * @param protectedRefs full names of the protected branches, as the policy in force has them.
 */
export async function commitFacts(
  session: Session,
  commit: string,
  protectedRefs: readonly string[],
): Promise<Pick<SourceFacts, "tree" | "onProtected"> | null> {
  if ((await repositoryOf(session)) === undefined) return null
  if (!(await hasCommit(session, commit))) return null
  const [[tree = ""], onProtected] = await Promise.all([
    git(session, ["rev-parse", `${commit}^{tree}`]),
    branchesAmong(session, protectedRefs, "--contains", commit),
  ])
  return { tree, onProtected }
}

/**
 * The source tree of a commit, cached by its content. The engine caches a git tree by its commit: every new commit would
 * be built and judged from scratch, and a release would repeat what was judged a minute ago in the working tree. Only
 * directories read from a client's disk are cached by content, so the tree is written to this container's disk first.
 */
export async function releaseTree(session: Session, commit: string): Promise<Directory> {
  const place = `trees/${commit}`
  await (await treeOf(session, commit)).export(place, { wipe: true })
  await fetchLfsObjects((await repository(session)).directory(".git"), place)
  await normalizePermissions(place)
  return dag.currentModule().workdir(place)
}

/** Git stores only the executable bit, and the engine checks files out writable for all: set what a usual checkout has. */
async function normalizePermissions(directory: string): Promise<void> {
  const { chmod, readdir, stat } = await import("node:fs/promises")
  const { join } = await import("node:path")
  await chmod(directory, 0o755)
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) await chmod(path, 0o755)
    else if (entry.isFile()) await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755)
  }
}

/** The directory that holds `.git`; undefined where the call has none. @throws USAGE when it is somewhere else */
export async function repositoryOf({ inputs: { git } }: Session): Promise<Directory | undefined> {
  return git !== undefined && holdsRepository(await git.entries()) ? git : undefined
}

/** The directory that holds `.git`. @throws USAGE when there is none, or it is somewhere else. */
export async function repository(session: Session): Promise<Directory> {
  const found = await repositoryOf(session)
  if (found !== undefined) return found
  throw new SignalboxError("USAGE", {
    what: "this call needs the git repository",
    why: "a release is built from a commit, and the gate secrets searches the history",
    next: `name the directory that contains .git, and not .git itself: ${callWith("--git .")}`,
  })
}
