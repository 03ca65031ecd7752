import type { TestCaseReport } from "./report.ts"

/** Gives a failed case, once, when tests have changed the working tree that the run began with. */
export type WatchTree = (during: readonly string[]) => Promise<readonly TestCaseReport[]>

/**
 * From such a change on the run is about no commit, and nothing that it finds can be shown of one: whoever reads only
 * `0 failed` at its end has to know. A tree that was changed before the run is somebody's work, and is left alone.
 * @param changes How the tree differs from its commit, a line a path.
 */
export async function watchTree(changes: () => Promise<readonly string[]>): Promise<WatchTree> {
  let watched = (await changes()).length === 0
  return async (during) => {
    const changed = watched ? await changes() : []
    if (changed.length === 0) return []
    watched = false
    const files = during.length > 3 ? `${during.length} files` : during.join(", ")
    const paths = changed.map((line) => line.trim()).join(", ")
    const name = `the working tree stays as it was: ${paths} while ${files} ran`
    return [{ name, file: "", state: "failed", seconds: 0 }]
  }
}
