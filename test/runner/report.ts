import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"

export interface TestCaseReport {
  readonly name: string
  /** Relative to the repository's root. */
  readonly file: string
  readonly state: "passed" | "failed" | "skipped"
  readonly seconds: number
}

/** What `out/test/TIER.json` holds. */
export interface TierReport {
  readonly schemaVersion: 1
  readonly tier: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly seconds: number
  readonly cases: readonly TestCaseReport[]
  /** Files that did not run because the tier's time was up. */
  readonly leftOut: readonly string[]
}

export function tierReport(
  tier: string,
  cases: readonly TestCaseReport[],
  seconds: number,
  leftOut: readonly string[],
): TierReport {
  const count = (state: TestCaseReport["state"]) => cases.filter((one) => one.state === state).length
  return {
    schemaVersion: 1,
    tier,
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("skipped"),
    seconds: rounded(seconds),
    cases: cases.map((one) => ({ ...one, seconds: rounded(one.seconds) })),
    leftOut,
  }
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000

export async function writeReport(root: string, report: TierReport): Promise<void> {
  const directory = join(root, "out", "test")
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, `${report.tier}.json`), `${JSON.stringify(report, null, 2)}\n`)
}
