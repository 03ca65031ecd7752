import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { execa } from "execa"

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
  /** Commit that was tested; null where files differ from it, or there is no repository. */
  readonly commit?: string | null
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

/** The commit of a clean working tree. Untracked files count as well: a test could be one. */
async function commitOf(root: string): Promise<string | null> {
  const git = (...args: string[]) => execa("git", ["-C", root, ...args], { reject: false })
  const [head, status] = await Promise.all([git("rev-parse", "HEAD"), git("status", "--porcelain")])
  return head.exitCode === 0 && status.exitCode === 0 && status.stdout === "" ? head.stdout : null
}

export async function writeReport(root: string, tested: TierReport): Promise<void> {
  const report: TierReport = { ...tested, commit: await commitOf(root) }
  const directory = join(root, "out", "test")
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, `${report.tier}.json`), `${JSON.stringify(report, null, 2)}\n`)
}
