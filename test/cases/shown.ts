import type { TestCaseReport, TierReport } from "../runner/report.ts"

/** A tier's report, as far as it is looked at here. */
export type Results = Pick<TierReport, "tier"> & {
  readonly cases: readonly Pick<TestCaseReport, "name" | "file" | "state">[]
}

/** A test by part of its full name. */
export interface Wanted {
  readonly part: string
  /** Its file, relative to the repository's root; any, where none is named. */
  readonly file?: string
}

export interface Shown {
  readonly verdict: "passed" | "failed" | "did not run"
  /** `TIER: NAME` of the tests that ran. */
  readonly tests: readonly string[]
}

/**
 * What the tests that have run show about something that needs all of the wanted ones. What has no test that ran is not
 * shown, whatever an earlier run has said; one that failed outweighs every one that passed.
 */
export function shownBy(wanted: readonly Wanted[], results: readonly Results[]): Shown {
  const all = results.flatMap(({ tier, cases }) => cases.map((result) => ({ ...result, tier })))
  const found = wanted.map(({ part, file }) =>
    all.filter((one) => (file === undefined || one.file === file) && names(one.name, part)),
  )
  const ran = found.flat().filter(({ state }) => state !== "skipped")
  const missing = found.length === 0 || found.some((some) => some.every(({ state }) => state === "skipped"))
  const failed = ran.some(({ state }) => state === "failed")
  return {
    verdict: failed ? "failed" : missing ? "did not run" : "passed",
    tests: [...new Set(ran.map(({ tier, name }) => `${tier}: ${name}`))],
  }
}

/** `V4` is not named by a test of V41. */
function names(test: string, part: string): boolean {
  const at = test.indexOf(part)
  if (at < 0) return false
  return !/^\w/.test(test.slice(at + part.length)) || names(test.slice(at + part.length), part)
}
