import type { TestCaseReport, TierReport } from "./report.ts"

/** What of an earlier, unfinished run need not run again. */
export interface Finished {
  readonly cases: readonly TestCaseReport[]
  readonly seconds: number
  /** Files that have failed on this commit; they run once more, and the report goes on naming them. */
  readonly ranAgain: readonly string[]
}

export const nothingFinished: Finished = { cases: [], seconds: 0, ranAgain: [] }

/**
 * The files that an earlier run has finished and that have no failed case. Nothing of it counts where it was about
 * another commit, about changed files, or tried less than this one does.
 */
export function finishedOf(
  earlier: TierReport | undefined,
  now: { readonly commit: string | null; readonly full: boolean },
): Finished {
  if (!earlier || now.commit === null || earlier.commit !== now.commit) return nothingFinished
  if (now.full && !earlier.full) return nothingFinished
  const failed = new Set(earlier.cases.filter(({ state }) => state === "failed").map(({ file }) => file))
  return {
    cases: earlier.cases.filter(({ file }) => !failed.has(file)),
    seconds: earlier.seconds,
    // An error outside of any file, or a tier that did not come up, has no test file that could run again.
    ranAgain: [...earlier.ranAgain, ...[...failed].filter((file) => file.endsWith(".test.ts"))],
  }
}
