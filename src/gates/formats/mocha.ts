import { z } from "zod"
import type { TestCase, ToolFinding } from "../../domain/index.ts"
import { firstLine, readJson, sourcePath } from "./read.ts"
import { orUnnamed, type ReportedComponent, type TestReport, testReport } from "./report.ts"

const entry = z.looseObject({
  fullTitle: z.string(),
  file: z.string().nullish(),
  duration: z.number().nullish(),
  err: z.looseObject({ message: z.string().optional(), stack: z.string().optional() }),
})

const report = z.looseObject({
  stats: z.looseObject({ failures: z.int().min(0) }),
  tests: z.array(entry),
  pending: z.array(entry),
  passes: z.array(entry).optional(),
  failures: z.array(entry),
})

type Entry = z.output<typeof entry>

/** What Mocha's own json reporter writes. A hook that failed is among the failures, though it is no test. */
export function readMocha(text: string | undefined, component: ReportedComponent): TestReport {
  const { stats, tests, pending, passes, failures } = readJson("mocha", text, report)
  const is = (all: readonly Entry[], one: Entry) =>
    all.some(({ fullTitle, file }) => fullTitle === one.fullTitle && file === one.file)
  // A test that has ended and stands in no list has no result.
  const stateOf = (one: Entry): TestCase["state"] => {
    if (is(failures, one)) return "failed"
    if (is(pending, one)) return "skipped"
    return passes === undefined || is(passes, one) ? "passed" : "failed"
  }
  const cases = [...tests, ...failures.filter((one) => !is(tests, one))].map((one) =>
    caseOf(one, stateOf(one), component),
  )
  const findings = cases.filter(({ state }) => state === "failed").map((one) => finding(one, component))
  return testReport(cases, orUnnamed(findings, stats.failures, component))
}

function caseOf(one: Entry, state: TestCase["state"], component: ReportedComponent): TestCase {
  const message = one.err.stack ?? one.err.message
  return {
    name: one.fullTitle,
    file: sourcePath(component.path, component.workdir, one.file ?? ""),
    state,
    seconds: Math.round(one.duration ?? 0) / 1000,
    ...(message === undefined ? {} : { message }),
  }
}

function finding(one: TestCase, { name: component }: ReportedComponent): ToolFinding {
  return {
    rule: "test-failed",
    severity: "high",
    message: `${one.name}: ${firstLine(one.message ?? "failed")}`,
    ...(one.file === "" ? {} : { location: { file: one.file } }),
    component,
    subject: one.name,
  }
}
