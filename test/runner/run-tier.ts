import { relative } from "node:path"
import { createVitest, type TestSpecification, type Vitest } from "vitest/node"
import { liveReporter } from "./live.ts"
import type { TestOptions } from "./options.ts"
import { type TierReport, tierReport } from "./report.ts"
import { shuffle } from "./shuffle.ts"
import type { Tier } from "./tiers.ts"

/** How many times as many cases the property tests try with --full: 145 histories of the deployment protocol become 20,300. */
const fullCases = "140"

/** Runs one tier's files within its time and says what happened. Vitest's own errors count as failed cases. */
export async function runTier(
  tier: Tier,
  options: TestOptions,
  root: string,
  write: (text: string) => void,
): Promise<TierReport> {
  // Property tests ask for it in their workers, which inherit it.
  if (options.full) process.env.SIGNALBOX_CASES ??= fullCases
  // Tests that build what nothing else needs run only then.
  if (options.full) process.env.SIGNALBOX_FULL ??= "1"
  process.env.SIGNALBOX_SEED ??= String(options.seed)
  const started = Date.now()
  const elapsed = () => (Date.now() - started) / 1000
  const reporter = liveReporter(root, write)
  const vitest = await createVitest("test", { root, watch: false, project: [tier.id], reporters: [reporter] })
  reporter.attach(vitest)
  try {
    const files = shuffle(await vitest.globTestSpecifications([...options.files]), options.seed)
    const size = tier.parallel === "all" ? files.length : tier.parallel
    const unhandled: unknown[] = []
    let next = 0
    while (next < files.length && (next === 0 || options.full || elapsed() < tier.budget)) {
      unhandled.push(...(await runFiles(vitest, files.slice(next, next + size))))
      next += size
    }
    const errors = unhandled.map((error) => {
      vitest.logger.printError(error, { type: "Unhandled error" })
      return { name: "(unhandled error)", file: "", state: "failed", seconds: 0 } as const
    })
    const leftOut = files.slice(next).map(({ moduleId }) => relative(root, moduleId))
    return tierReport(tier.id, [...reporter.cases, ...errors], elapsed(), leftOut.sort())
  } finally {
    reporter.close()
    await vitest.close()
  }
}

async function runFiles(vitest: Vitest, files: TestSpecification[]): Promise<readonly unknown[]> {
  return (await vitest.runTestSpecifications(files)).unhandledErrors
}
