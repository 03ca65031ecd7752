import { SignalboxError } from "./errors.ts"

/** What `.git` is: a repository's directory, a file that points to one elsewhere, or nothing. */
export type GitEntry = "directory" | "link" | "none"

/** By the names in the directory that should hold it; as the engine lists them, a directory's name ends with a slash. */
export function gitEntry(names: readonly string[]): GitEntry {
  if (names.includes(".git/")) return "directory"
  return names.includes(".git") ? "link" : "none"
}

/** For a linked worktree or a submodule: what its `.git` points to is not among what the call was given. */
export function linkedRepository(): SignalboxError {
  return new SignalboxError("USAGE", {
    what: "the git repository is somewhere else",
    where: ".git",
    why: "it is a file, as in a linked worktree or a submodule, and points to a directory that the call does not see",
    next: "call from the main checkout, or from a clone: git clone --branch BRANCH . DIRECTORY",
  })
}
