import { directoryOf } from "../../languages/index.ts"
import { whyFailed } from "../../toolbox/index.ts"
import { readTests, testFormatOf } from "../formats/tests.ts"
import type { CheckRun, GateContext } from "../gate.ts"
import { genericTests, lcovBelowRoot } from "./handover.ts"

/** Reports of the components' own checks, converted: text by file name. */
export interface GatheredReports {
  readonly lcov: Readonly<Record<string, string>>
  readonly tests: Readonly<Record<string, string>>
  readonly testFiles: readonly string[]
  /** What there is and could not be handed over. */
  readonly missing: readonly string[]
}

const lcovName = "lcov.info"

/** Runs what the gates for tests and coverage run as well: a command runs once, however many read it. */
export async function gatherReports(context: GateContext): Promise<GatheredReports> {
  const names = Object.keys(context.config.components)
  const parts = await Promise.all(names.map((name) => reportsOf(context, name)))
  return {
    lcov: Object.assign({}, ...parts.map(({ lcov }) => lcov)),
    tests: Object.assign({}, ...parts.map(({ tests }) => tests)),
    testFiles: [...new Set(parts.flatMap(({ testFiles }) => testFiles))],
    missing: parts.flatMap(({ missing }) => missing),
  }
}

async function reportsOf(context: GateContext, name: string): Promise<GatheredReports> {
  const none = { lcov: {}, tests: {}, testFiles: [], missing: [] }
  try {
    const { unit, coverage } = await context.checks(name)
    const [ran, measured] = await Promise.all([
      "command" in unit ? context.runCheck(name, unit) : undefined,
      "command" in coverage ? context.runCheck(name, coverage) : undefined,
    ])
    const tests = ran === undefined ? none : testsOf(context, name, ran)
    const lines = measured === undefined ? none : await linesOf(context, name, measured)
    return { ...tests, lcov: lines.lcov, missing: [...tests.missing, ...lines.missing] }
  } catch (thrown) {
    return { ...none, missing: [`${name}: ${whyFailed(thrown)}`] }
  }
}

type Part = Pick<GatheredReports, "missing">

function placeOf({ request }: GateContext, name: string, { workdir }: CheckRun) {
  return { name, workdir, path: directoryOf(request(name).component) }
}

function testsOf(context: GateContext, name: string, run: CheckRun): Part & GatheredReports {
  const none = { lcov: {}, tests: {}, testFiles: [] }
  if (!run.outcome.finished) return { ...none, missing: [`${name}: its tests did not finish`] }
  const format = testFormatOf(run.check.report.format)
  const { cases } = readTests(format, run.report, placeOf(context, name, run))
  const path = directoryOf(context.request(name).component)
  // Only a path below the component can be a file that the scanner sees; a suite's name is none.
  const isFile = (file: string) => file.startsWith(path === "." ? "" : `${path}/`) && /\.[a-z]+$/.test(file)
  const testFiles = [...new Set(cases.map(({ file }) => file).filter(isFile))]
  if (testFiles.length === 0) return { ...none, missing: [`${name}: its tests name no file`] }
  const named = new Set(testFiles)
  return {
    ...none,
    tests: { [`${name}.tests.xml`]: genericTests(cases, (file) => named.has(file)) },
    ...{ testFiles, missing: [] },
  }
}

async function linesOf(
  context: GateContext,
  name: string,
  run: CheckRun,
): Promise<Part & Pick<GatheredReports, "lcov">> {
  if (!run.outcome.finished) return { lcov: {}, missing: [`${name}: its coverage was not measured`] }
  const { format } = run.check.report
  const text = format === "lcov" ? run.report.join("\n") : await lcovBeside(run)
  if (text === undefined) return { lcov: {}, missing: [`${name}: its coverage in the form ${format}`] }
  return { lcov: { [`${name}.${lcovName}`]: lcovBelowRoot(text, placeOf(context, name, run)) }, missing: [] }
}

/** Vitest and Jest write one beside their summary. */
async function lcovBeside({ outcome }: CheckRun): Promise<string | undefined> {
  if (!outcome.finished || !(await outcome.out.entries()).includes(lcovName)) return undefined
  return outcome.out.file(lcovName).contents()
}
