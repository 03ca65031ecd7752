import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { execa } from "execa"
import { z } from "zod"

const testCase = z.object({
  name: z.string(),
  /** Relative to the repository's root. */
  file: z.string(),
  state: z.enum(["passed", "failed", "skipped"]),
  seconds: z.number(),
  /** First lines of what a failed case says. */
  error: z.string().optional(),
})

export type TestCaseReport = Readonly<z.infer<typeof testCase>>

const tierResults = z.object({
  schemaVersion: z.literal(1),
  tier: z.string(),
  /** Commit that was tested; null where files differ from it, or there is no repository. */
  commit: z.string().nullable().optional(),
  /** Whether everything was asked for; what a normal run has tried says less. */
  full: z.boolean(),
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  seconds: z.number(),
  cases: z.array(testCase).readonly(),
  /** Files that did not run: the tier's time was up, or the run has not come to them. */
  leftOut: z.array(z.string()).readonly(),
  /** Files that had failed on this commit before they passed on it: whoever reads `0 failed` has to know. */
  ranAgain: z.array(z.string()).readonly(),
})

/** What `out/test/TIER.json` holds. */
export type TierReport = Readonly<z.infer<typeof tierResults>>

export function tierReport(
  tested: Pick<TierReport, "tier" | "full" | "cases" | "seconds"> &
    Partial<Pick<TierReport, "leftOut" | "ranAgain">>,
): TierReport {
  const { tier, full, cases, seconds, leftOut = [], ranAgain = [] } = tested
  const count = (state: TestCaseReport["state"]) => cases.filter((one) => one.state === state).length
  return {
    schemaVersion: 1,
    tier,
    full,
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("skipped"),
    seconds: rounded(seconds),
    cases: cases.map((one) => ({ ...one, seconds: rounded(one.seconds) })),
    leftOut: [...leftOut].sort(),
    ranAgain: [...new Set(ranAgain)].sort(),
  }
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000

/** The commit of a clean working tree. Untracked files count as well: a test could be one. */
export async function commitOf(root: string): Promise<string | null> {
  const [head, changes] = await Promise.all([git(root, "rev-parse", "HEAD"), changesIn(root)])
  return head.exitCode === 0 && changes.length === 0 ? head.stdout : null
}

/** How the working tree differs from its commit, a line a path as Git says it. Empty without a repository. */
export async function changesIn(root: string): Promise<readonly string[]> {
  const { exitCode, stdout } = await git(root, "status", "--porcelain")
  return exitCode === 0 ? stdout.split("\n").filter((line) => line !== "") : []
}

const git = (root: string, ...args: string[]) => execa("git", ["-C", root, ...args], { reject: false })

const fileOf = (root: string, tier: string): string => join(root, "out", "test", `${tier}.json`)

/** Replaces the report whole: a run that is cut while it writes leaves the one before. */
export async function writeReport(root: string, tested: TierReport): Promise<void> {
  const report: TierReport = { ...tested, commit: await commitOf(root) }
  const file = fileOf(root, report.tier)
  await mkdir(join(root, "out", "test"), { recursive: true })
  await writeFile(`${file}.part`, `${JSON.stringify(report, null, 2)}\n`)
  await rename(`${file}.part`, file)
}

/** What an earlier run has written about a tier; undefined where there is none that is whole and of this form. */
export async function readReport(root: string, tier: string): Promise<TierReport | undefined> {
  try {
    return tierResults.safeParse(JSON.parse(await readFile(fileOf(root, tier), "utf8"))).data
  } catch {
    // No file, or not JSON: everything runs, which is never wrong.
    return undefined
  }
}
