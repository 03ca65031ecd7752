import { z } from "zod"
import type { TestCase, ToolFinding } from "../../domain/index.ts"
import { firstLine, readJson, sourcePath } from "./read.ts"
import { orUnnamed, type TestReport, testReport } from "./report.ts"

const assertion = z.object({
  fullName: z.string(),
  status: z.string(),
  duration: z.number().nullable().optional(),
  failureMessages: z.array(z.string()).nullable().optional(),
  location: z.object({ line: z.number(), column: z.number() }).nullable().optional(),
})

const report = z.object({
  numTotalTests: z.number(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(assertion),
    }),
  ),
})

/** The JSON of vitest's (and jest's) json reporter. @throws OUTPUT_UNREADABLE */
export function readVitest(
  text: string | undefined,
  component: { path: string; workdir: string; name: string },
): TestReport {
  const { testResults, numFailedTests, numFailedTestSuites, success } = readJson("vitest", text, report)
  const cases: TestCase[] = []
  const findings: ToolFinding[] = []
  for (const suite of testResults) {
    const file = sourcePath(component.path, component.workdir, suite.name)
    for (const test of suite.assertionResults) {
      const one = testCase(test, file)
      cases.push(one)
      if (one.state === "failed") findings.push(failedTest(test, one, component.name, component.workdir))
    }
    // A file that does not load has no test in it that could fail.
    if (suite.status === "failed" && !suite.assertionResults.some((test) => test.status === "failed"))
      findings.push(failedSuite(suite.message ?? "", file, component.name))
  }
  // A run without a test is told by that, and is not successful for it.
  const isUnsuccessful = !success && cases.length > 0
  const failures = numFailedTests + numFailedTestSuites + (isUnsuccessful ? 1 : 0)
  return testReport(cases, orUnnamed(findings, failures, component))
}

/** States of a test that was not to be run. One that is neither of these nor passed has failed. */
const notRun = ["skipped", "pending", "todo", "disabled", "focused"]

function testCase(test: z.output<typeof assertion>, file: string): TestCase {
  const state = test.status === "passed" ? "passed" : notRun.includes(test.status) ? "skipped" : "failed"
  const message = test.failureMessages?.[0]
  return {
    name: test.fullName.trim(),
    file,
    state,
    seconds: Math.round(test.duration ?? 0) / 1000,
    ...(message === undefined ? {} : { message }),
  }
}

function failedTest(
  test: z.output<typeof assertion>,
  one: TestCase,
  component: string,
  workdir: string,
): ToolFinding {
  const at = test.location ?? stackPlace(one.message, one.file, workdir)
  return {
    rule: "test-failed",
    severity: "high",
    message: `${one.name}: ${firstLine(one.message ?? "failed")}`,
    location: { file: one.file, ...(at === undefined ? {} : { line: at.line, column: at.column }) },
    component,
    subject: one.name,
  }
}

/** Where in the test file itself the failure was thrown, as its stack tells. */
function stackPlace(message: string | undefined, file: string, workdir: string) {
  for (const [, path = "", line, column] of (message ?? "").matchAll(
    /(?:at |\()(?:\S+ \()?(\/[^\s():]+):(\d+):(\d+)/g,
  )) {
    const below = path.startsWith(`${workdir}/`) ? path.slice(workdir.length + 1) : undefined
    if (below !== undefined && file.endsWith(below)) return { line: Number(line), column: Number(column) }
  }
  return undefined
}

function failedSuite(message: string, file: string, component: string): ToolFinding {
  return {
    rule: "suite-failed",
    severity: "high",
    message: firstLine(withoutHeading(message)) || "the file could not be run",
    location: { file },
    component,
    subject: "the whole file",
  }
}

/** Jest says what stopped a file below a heading that is the same for each. */
function withoutHeading(message: string): string {
  const lines = message.split("\n")
  const said = lines.filter((line) => !/^(?:\u001b\[[0-9;]*m|\s)*● .*failed to run/.test(line))
  return said.join("\n")
}
