import type { Session } from "../src/call/index.ts"
import { askGit, beside, changedPaths, notCompared, readIndex, type Since } from "./changed-paths.ts"

/**
 * Files that have moved since a commit, as git tells it by what is in them: path of today -> path of then. Git is asked only
 * where something is gone and something has come.
 * @throws HISTORY_INCOMPLETE, TOOL_FAILED where git cannot read the commit
 */
export async function renamedPaths(session: Session, since: Since): Promise<ReadonlyMap<string, string>> {
  const changed = await changedPaths(session, since)
  const kinds = new Set(changed.map(({ change }) => change))
  if (!kinds.has("deleted") || !kinds.has("added")) return new Map()
  const { container, clone } = await beside(session)
  try {
    const asked = askGit(container, readIndex(since.commit))
    const compared = askGit(askGit(asked, withAdded), renames(since.commit), "renames")
    return readRenames(await compared.file("/answers/renames").contents())
  } catch (cause) {
    throw notCompared(clone, since.commit, cause)
  }
}

/** What has come since then is in the index by its name alone, so that it can be where something has moved to. */
export const withAdded: readonly string[] = ["add", "--intent-to-add", "--force", "--all", "."]

/** At least half of a file is what it was; of more than 1000 files that have gone, or have come, only equal ones are told. */
export const renames = (commit: string): readonly string[] => [
  ...["diff", "-z", "--name-status", "--find-renames=50%", "-l1000", "--diff-filter=R", "--no-ext-diff"],
  ...["--no-textconv", "--ignore-submodules=all", commit, "--"],
]

/** Status, path of then and path of today, each with a NUL behind it. */
export function readRenames(answer: string): ReadonlyMap<string, string> {
  const words = answer.split("\0")
  const found = new Map<string, string>()
  for (let index = 0; index + 2 < words.length; index += 3) {
    const [then = "", today = ""] = [words[index + 1], words[index + 2]]
    found.set(today, then)
  }
  return found
}
