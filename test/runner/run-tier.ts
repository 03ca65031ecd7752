import { relative } from "node:path"
import { createVitest, type TestSpecification, type Vitest } from "vitest/node"
import { errorText } from "./failures.ts"
import type { Finished } from "./finished.ts"
import { liveReporter } from "./live.ts"
import type { TestOptions } from "./options.ts"
import { type TestCaseReport, type TierReport, tierReport } from "./report.ts"
import { shuffle } from "./shuffle.ts"
import type { Tier } from "./tiers.ts"
import { watchTree } from "./watch-tree.ts"

/** How many times as many cases the property tests try with --full: 145 histories of the deployment protocol become 20,300. */
const fullCases = "140"

export interface TierRun {
  readonly root: string
  /** Files that need not run again. */
  readonly finished: Finished
  /** Names of files, without `.test.ts`, that run before the others: what was built for them would else be built for nothing. */
  readonly first: readonly string[]
  readonly write: (text: string) => void
  /** How the working tree differs from its commit; a run that begins without a difference has to end so. */
  readonly changes: () => Promise<readonly string[]>
  /** Called with what has happened so far whenever files have ended: a run that is cut can be continued from there. */
  readonly soFar: (report: TierReport) => Promise<void>
}

/** Runs one tier's files within its time and says what happened. Vitest's own errors count as failed cases. */
export async function runTier(
  tier: Tier,
  options: TestOptions,
  { root, finished, first, write, changes, soFar }: TierRun,
): Promise<TierReport> {
  // Property tests ask for it in their workers, which inherit it.
  if (options.full) process.env.SIGNALBOX_CASES ??= fullCases
  // Tests that build what nothing else needs run only then.
  if (options.full) process.env.SIGNALBOX_FULL ??= "1"
  process.env.SIGNALBOX_SEED ??= String(options.seed)
  const tree = await watchTree(changes)
  const started = Date.now()
  const elapsed = () => (Date.now() - started) / 1000
  const reporter = liveReporter(root, write)
  const vitest = await createVitest("test", { root, watch: false, project: [tier.id], reporters: [reporter] })
  reporter.attach(vitest)
  try {
    const done = new Set(finished.cases.map(({ file }) => file))
    const nameOf = ({ moduleId }: TestSpecification) => relative(root, moduleId)
    const all = await vitest.globTestSpecifications([...options.files])
    const isFirst = (file: TestSpecification) =>
      first.some((name) => nameOf(file).endsWith(`/${name}.test.ts`))
    const open = shuffle(
      all.filter((file) => !done.has(nameOf(file))),
      options.seed,
    )
    const files = [...open.filter(isFirst), ...open.filter((file) => !isFirst(file))]
    const size = tier.parallel === "all" ? files.length : tier.parallel
    const errors: TestCaseReport[] = []
    let next = 0
    const report = () =>
      tierReport({
        tier: tier.id,
        full: options.full,
        cases: [...finished.cases, ...reporter.cases, ...errors],
        seconds: finished.seconds + elapsed(),
        leftOut: files.slice(next).map(nameOf),
        ranAgain: finished.ranAgain,
      })
    while (next < files.length && (next === 0 || options.full || elapsed() < tier.budget)) {
      for (const error of await runFiles(vitest, files.slice(next, next + size))) {
        vitest.logger.printError(error, { type: "Unhandled error" })
        const text = error instanceof Error ? errorText([error]) : String(error)
        errors.push({
          name: "(unhandled error)",
          file: "",
          state: "failed",
          seconds: 0,
          ...(text && { error: text }),
        })
      }
      for (const changed of await tree(files.slice(next, next + size).map(nameOf))) {
        write(`✗ ${changed.name}\n`)
        errors.push(changed)
      }
      next += size
      await soFar(report())
    }
    return report()
  } finally {
    reporter.close()
    await vitest.close()
  }
}

async function runFiles(vitest: Vitest, files: TestSpecification[]): Promise<readonly unknown[]> {
  return (await vitest.runTestSpecifications(files)).unhandledErrors
}
