import { misuse } from "../bin/bootstrap/arguments.mjs"
import { repositoryRoot as root } from "../toolchain/paths.ts"
import { exitCode } from "../toolchain/steps/index.ts"
import { errorText, failuresText } from "./runner/failures.ts"
import { type Finished, finishedOf, nothingFinished } from "./runner/finished.ts"
import { parseOptions, type TestOptions, usage } from "./runner/options.ts"
import { prepare } from "./runner/prepare.ts"
import { changesIn, commitOf, readReport, type TierReport, tierReport, writeReport } from "./runner/report.ts"
import { runTier } from "./runner/run-tier.ts"
import type { Tier } from "./runner/tiers.ts"

const write = (text: string): void => void process.stdout.write(text)

/** What `--continue` need not run again of this tier. */
async function finishedBefore(tier: Tier, options: TestOptions): Promise<Finished> {
  if (!options.continue) return nothingFinished
  const finished = finishedOf(await readReport(root, tier.id), {
    commit: await commitOf(root),
    full: options.full,
  })
  const files = new Set(finished.cases.map(({ file }) => file)).size
  write(`   ${files} files have passed on this commit before and do not run again\n`)
  return finished
}

/** Runs a tier after what it needs; where that does not come up, this is the tier's one failed case. */
async function tierResult(tier: Tier, options: TestOptions): Promise<TierReport> {
  const finished = await finishedBefore(tier, options)
  const { failure, languages } = await prepare(tier, options)
  if (failure === undefined) {
    const soFar = (report: TierReport) => writeReport(root, report)
    const changes = () => changesIn(root)
    return runTier(tier, options, { root, finished, first: languages, write, changes, soFar })
  }
  write(failure)
  const name = `what the tier needs comes up: ${tier.needs}`
  const down = {
    name,
    file: "toolchain/cli.ts",
    state: "failed",
    seconds: 0,
    error: errorText([{ message: failure }]),
  } as const
  const { cases, seconds, ranAgain } = finished
  return tierReport({ tier: tier.id, full: options.full, cases: [...cases, down], seconds, ranAgain })
}

async function main(options: TestOptions): Promise<number> {
  const reports: TierReport[] = []
  for (const tier of options.tiers) {
    write(`\n── ${tier.id} (seed ${options.seed})\n`)
    const report = await tierResult(tier, options)
    reports.push(report)
    await writeReport(root, report)
    show(report)
  }
  const sum = (pick: (report: TierReport) => number) =>
    reports.reduce((total, report) => total + pick(report), 0)
  const failed = sum((report) => report.failed)
  const passed = sum((report) => report.passed)
  // A tier without a single test is as good as one that never ran: that must not look like success.
  const empty = reports.filter((report) => report.cases.length === 0 && options.files.length === 0)
  for (const { tier } of empty) write(`✗ Tier ${tier} ran no test at all.\n`)
  write(failuresText(reports))
  write(`\n${passed} passed, ${failed} failed\n`)
  return failed > 0 || empty.length > 0 || passed + failed === 0 ? exitCode.failed : 0
}

function show(report: TierReport): void {
  const { tier, passed, failed, skipped, seconds, leftOut, ranAgain } = report
  write(`── ${tier}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds.toFixed(1)} s\n`)
  if (ranAgain.length > 0) write(`   Failed on this commit before, and ran again: ${ranAgain.join(", ")}\n`)
  if (leftOut.length === 0) return
  write(
    `   The tier's time was up: ${leftOut.length} files were left out (--full runs all, --seed changes which):\n`,
  )
  for (const file of leftOut) write(`     ${file}\n`)
}

function optionsOrUsage(): TestOptions | undefined {
  const args = process.argv.slice(2)
  const problem = misuse("test", args)
  if (problem) {
    process.stderr.write(`${problem}\n`)
    process.exitCode = exitCode.usage
    return undefined
  }
  if (!args.includes("--help")) return parseOptions(args)
  write(usage)
  return undefined
}

const options = optionsOrUsage()
// Vitest's workers may keep the event loop alive: the end of the tests is the end of the process.
if (options) process.exit(await main(options))
