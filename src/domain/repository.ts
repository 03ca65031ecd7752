import { SignalboxError } from "./errors.ts"

/**
 * Whether a directory holds `.git`, by its names; as the engine lists them, a directory's name ends with a slash.
 * @throws USAGE for a linked worktree or a submodule: the call was not given the directory that its `.git` points to
 */
export function holdsRepository(names: readonly string[]): boolean {
  if (names.includes(".git/")) return true
  if (!names.includes(".git")) return false
  throw new SignalboxError("USAGE", {
    what: "the git repository is somewhere else",
    where: ".git",
    why: "it is a file, as in a linked worktree or a submodule, and points to a directory that the call does not see",
    next: "call from the main checkout, or from a clone: git clone --branch BRANCH . DIRECTORY",
  })
}

/**
 * Whether a source tree is a checkout of a repository. What a call leaves out of the source (packages, another branch's
 * files) may be committed; most of a tree is not.
 * @param committed the files that git knows
 * @param present the paths of the source; directories end with a slash
 */
export function isCheckoutOf(committed: readonly string[], present: readonly string[]): boolean {
  const there = new Set(present)
  return committed.filter((name) => !there.has(name)).length * 2 <= committed.length
}
