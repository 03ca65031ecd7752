import { type Directory, type File } from "@dagger.io/dagger"
import type { Inputs } from "../src/call/index.ts"
import { holdsRepository, SignalboxError } from "../src/domain/index.ts"

type Given = Pick<Inputs, "source" | "toolbox" | "git" | "policyRef" | "approvePolicy">

/** The toolbox file of a call, and what its own git must not be asked. */
export interface BaseToolbox {
  readonly toolbox: File
  /** The tree chooses the images, git's too, and the engine found no base revision: none is taken from what that git says. */
  readonly hasNoBase: boolean
}

/**
 * The toolbox file whose images a call runs in. One that is a file of the tree would choose the git that finds the base
 * revision, and the shell that ends the call with its exit code: the base's counts. The engine itself reads it, because
 * no image is trusted yet. A toolbox from elsewhere is the caller's, and so is the tree's own where its policy is approved,
 * where the base has none there, and where no base revision is known: then nothing that the call says is evidence.
 * @throws USAGE for a tree's own toolbox where the clone has neither the named base revision nor a default branch
 */
export async function toolboxOfBase(given: Given): Promise<BaseToolbox> {
  const { toolbox, git, policyRef = "", approvePolicy = "" } = given
  const itself = { toolbox, hasNoBase: false }
  if (approvePolicy !== "" || git === undefined || !(await isRepository(git))) return itself
  const paths = await pathsInTree(given)
  const [path] = paths
  if (path === undefined) return itself
  const named = policyRef === "" ? [] : namesOf(policyRef)
  // That the named ref is not there is told by the tools of the default branch.
  for (const ref of [...named, ...(await defaultRefs(git))]) {
    const tree = await treeAt(git, ref)
    if (tree !== undefined) return { ...itself, toolbox: (await firstOf(paths, tree)) ?? toolbox }
  }
  if (policyRef !== "") throw withoutBase(policyRef, path)
  return { toolbox, hasNoBase: true }
}

/** Whatever ran in an image of the tree's choice could say that the ref is there, or end with 0. */
function withoutBase(policyRef: string, path: string): SignalboxError {
  return new SignalboxError("USAGE", {
    what: `this clone has no ref ${JSON.stringify(policyRef)}`,
    where: "--policy-ref",
    why: `the tools of this call would be those of the tree's own ${path}: nothing was run`,
    next: "fetch the branch whose policy counts: git fetch origin BRANCH:refs/remotes/origin/BRANCH",
  })
}

async function firstOf(paths: readonly string[], tree: Directory): Promise<File | undefined> {
  for (const path of paths) if (await tree.exists(path)) return tree.file(path)
  return undefined
}

/** One that is somewhere else is told when the policy is looked for, where the call ends with its own exit code. */
async function isRepository(git: Directory): Promise<boolean> {
  try {
    return holdsRepository(await git.entries())
  } catch (error) {
    if (error instanceof SignalboxError) return false
    throw error
  }
}

/**
 * Where in the tree the toolbox file may lie, the nearest to its root first; empty for one from elsewhere. A file does not
 * tell its path: a copy that a tree has added under another name must not make the base's own file be overlooked.
 */
async function pathsInTree({
  source,
  toolbox,
}: Pick<Given, "source" | "toolbox">): Promise<readonly string[]> {
  const text = await toolbox.contents()
  const found: string[] = []
  for (const path of await source.glob(`**/${await toolbox.name()}`))
    if ((await source.file(path).contents()) === text) found.push(path)
  return found.sort((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1))
}

/** What a base revision's name may stand for: a commit, HEAD, or the full name of a branch, and never a tag. */
export function namesOf(text: string): readonly string[] {
  if (text === "HEAD" || isCommit(text)) return [text]
  if (/^refs\/(?:heads|remotes)\//.test(text)) return [text]
  return [`refs/remotes/${text}`, `refs/heads/${text}`]
}

const isCommit = (text: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text)

/** Default branches of the remotes, as `git clone` has noted them; origin's first. */
async function defaultRefs(git: Directory): Promise<readonly string[]> {
  const heads = await git.directory(".git").glob("refs/remotes/*/HEAD")
  const origin = "refs/remotes/origin/HEAD"
  return [origin, ...heads.filter((name) => name !== origin)]
}

/** Undefined where the repository has no such ref or commit. */
async function treeAt(git: Directory, name: string): Promise<Directory | undefined> {
  const repository = git.asGit()
  try {
    const found = isCommit(name) ? repository.commit(name) : repository.ref(name)
    if (!isCommit(name) && !isItself(name, await found.ref())) return undefined
    return await found.tree({ discardGitDir: true }).sync()
  } catch (error) {
    // That the named ref is not there is told when the policy is looked for.
    if (!/does not contain ref|not found/.test(String(error))) throw error
    return undefined
  }
}

/**
 * Whether what the engine has found by a name is of that name: where there is no such ref, it takes a tag or branch that is
 * called so, `refs/tags/origin/main` for `origin/main`, and whoever may push tags would choose the toolbox.
 */
function isItself(name: string, found: string): boolean {
  if (name === "HEAD") return found === name || found.startsWith("refs/heads/")
  if (!name.endsWith("/HEAD")) return found === name
  // The engine names the branch that a remote's HEAD stands for.
  return found === name || found.startsWith(name.slice(0, -"HEAD".length))
}
