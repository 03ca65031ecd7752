import { type Directory, type File } from "@dagger.io/dagger"
import type { Inputs } from "../src/call/index.ts"
import { holdsRepository, SignalboxError } from "../src/domain/index.ts"
import { ownDefault, toolboxName } from "../src/toolbox/index.ts"
import { checkOut, isCommitId } from "./check-out.ts"

type Given = Pick<Inputs, "source" | "toolbox" | "git" | "policyRef"> & {
  /** Whether the call names its toolbox file, which then is its choice where the base has none. */
  readonly isNamed: boolean
}

/** The toolbox file of a call. */
type ChosenToolbox = Pick<Inputs, "toolbox" | "ownToolbox" | "hasNoBase">

/**
 * The toolbox file whose images a call runs in. One that is a file of the tree would choose the git that finds the base
 * revision, and every tool that judges: the base's counts, also where a hash is given to approve the tree's policy, because
 * nobody has compared that yet. The engine itself reads it, because no image is trusted yet. A toolbox from elsewhere is the
 * caller's, and so is the tree's own that the call names where the base has none, and any where no base revision is known:
 * then nothing that the call says is evidence. One that nobody has named and that a change adds does not count yet.
 * @throws USAGE for a tree's own toolbox where the clone has neither the named base revision nor a default branch;
 * TOOL_FAILED where the engine cannot check the base out
 */
export async function toolboxOfBase(given: Given): Promise<ChosenToolbox> {
  const { toolbox, isNamed, git, policyRef = "" } = given
  if (git === undefined || !(await isRepository(git))) return { toolbox }
  const paths = await pathsInTree(given)
  const [path] = paths
  if (path === undefined) return { toolbox }
  const ownToolbox = { file: toolbox, path }
  const named = policyRef === "" ? [] : namesOf(policyRef)
  // That the named ref is not there is told by the tools of the default branch.
  for (const ref of [...named, ...(await defaultRefs(git))]) {
    const tree = await checkOut(git, ref)
    if (tree === undefined) continue
    const ofBase = await firstOf([...paths, toolboxName], tree)
    return { toolbox: ofBase ?? (isNamed ? toolbox : ownDefault()), ownToolbox }
  }
  if (policyRef !== "") throw withoutBase(policyRef, path)
  return { toolbox, ownToolbox, hasNoBase: true }
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

/** One that is somewhere else is told when the policy is looked for. */
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
  if (text === "HEAD" || isCommitId(text)) return [text]
  if (/^refs\/(?:heads|remotes)\//.test(text)) return [text]
  return [`refs/remotes/${text}`, `refs/heads/${text}`]
}

/** Default branches of the remotes, as `git clone` has noted them; origin's first. */
async function defaultRefs(git: Directory): Promise<readonly string[]> {
  const heads = await git.directory(".git").glob("refs/remotes/*/HEAD")
  const origin = "refs/remotes/origin/HEAD"
  return [origin, ...heads.filter((name) => name !== origin)]
}
