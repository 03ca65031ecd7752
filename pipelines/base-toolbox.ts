import { type Directory, type File } from "@dagger.io/dagger"
import type { Inputs } from "../src/call/index.ts"
import { holdsRepository, SignalboxError } from "../src/domain/index.ts"

type Given = Pick<Inputs, "source" | "toolbox" | "git" | "policyRef" | "approvePolicy">

/**
 * The toolbox file whose images a call runs in. One that is a file of the tree would choose the git that finds the base
 * revision, and the shell that ends the call with its exit code: the base's counts. The engine itself reads it, because
 * no image is trusted yet. A toolbox from elsewhere is the caller's, and so is the tree's own where its policy is approved,
 * where the base has none there, and where no base revision is known: then nothing that the call says is evidence.
 */
export async function toolboxOfBase(given: Given): Promise<File> {
  const { toolbox, git, policyRef = "", approvePolicy = "" } = given
  if (approvePolicy !== "" || git === undefined || !(await isRepository(git))) return toolbox
  const paths = await pathsInTree(given)
  if (paths.length === 0) return toolbox
  for (const ref of policyRef === "" ? await defaultRefs(git) : namesOf(policyRef)) {
    const tree = await treeAt(git, ref)
    if (tree !== undefined) return (await firstOf(paths, tree)) ?? toolbox
  }
  return toolbox
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

/** As `policyBase` reads the name. */
function namesOf(text: string): readonly string[] {
  return [text, `refs/remotes/${text}`, `refs/heads/${text}`]
}

/** Default branches of the remotes, as `git clone` has noted them; origin's first. */
async function defaultRefs(git: Directory): Promise<readonly string[]> {
  const heads = await git.directory(".git").glob("refs/remotes/*/HEAD")
  const origin = "refs/remotes/origin/HEAD"
  return [origin, ...heads.filter((name) => name !== origin)]
}

/** Undefined where the repository has no such ref or commit. */
async function treeAt(git: Directory, name: string): Promise<Directory | undefined> {
  const repository = git.asGit()
  const isCommit = /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(name)
  try {
    return await (isCommit ? repository.commit(name) : repository.ref(name))
      .tree({ discardGitDir: true })
      .sync()
  } catch (error) {
    // That the named ref is not there is told when the policy is looked for.
    if (!/does not contain ref|not found/.test(String(error))) throw error
    return undefined
  }
}
