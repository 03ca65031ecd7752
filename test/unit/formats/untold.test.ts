/** What a report says of a failure, or leaves out, in a place where no reader looked. */
import { describe, expect, test } from "vitest"
import { decideFindings } from "../../../src/gates/engine/decide-findings.ts"
import { readCoverage } from "../../../src/gates/formats/coverage.ts"
import { readFindings } from "../../../src/gates/formats/findings.ts"
import { readTests } from "../../../src/gates/formats/tests.ts"

const component = { name: "web", path: "web", workdir: "/app" }

describe("coverage", () => {
  const counts = (...texts: string[]) => {
    const { lines, covered, files } = readCoverage("lcov", texts)
    return [lines, covered, files]
  }
  const covered = "SF:a.js\nDA:1,1\nLF:1\nLH:1\nend_of_record\n"

  test("sibling of G05: a file of which lcov tells the sums alone counts with its lines", () => {
    expect(counts(`${covered}SF:b.js\nLF:100\nLH:0\nend_of_record\n`)).toEqual([101, 1, ["a.js", "b.js"]])
    expect(counts("SF:a.js\nDA:1,1\nLF:100\nLH:1\nend_of_record\n")).toEqual([100, 1, ["a.js"]])
  })

  test("sibling of G05: a record without a line and without a sum measures nothing", () => {
    expect(counts(`${covered}SF:b.js\nend_of_record\n`)).toEqual([1, 1, ["a.js"]])
  })

  test("sibling of G05: a file that several parts of a report have counts once", () => {
    expect(counts(covered, `${covered}SF:b.js\nDA:1,0\nend_of_record\n`)).toEqual([2, 1, ["a.js", "b.js"]])
    const file = (total: number, hit: number) => ({ lines: { total, covered: hit } })
    const parts = [
      { total: file(100, 100), "/app/a": file(100, 100) },
      { total: file(200, 100), "/app/a": file(100, 100), "/app/b": file(100, 0) },
    ].map((part) => JSON.stringify(part))
    expect(readCoverage("istanbul", parts)).toMatchObject({ lines: 200, covered: 100 })
  })
})

describe("tests", () => {
  const states = (format: Parameters<typeof readTests>[0], text: string) => {
    const { passed, failed, skipped, findings } = readTests(format, [text], component)
    return { passed, failed, skipped, findings: findings.length }
  }

  test.each([
    ["by an attribute", '<testsuite><testcase name="a" success="false"/></testsuite>'],
    [
      "by an element of another vocabulary",
      '<testsuite><testcase name="a"><x:failure/></testcase></testsuite>',
    ],
  ])("sibling of V09: JUnit says %s that a case has failed", (_, text) => {
    expect(states("junit", text)).toEqual({ passed: 0, failed: 1, skipped: 0, findings: 1 })
  })

  test("sibling of V09: a case of JUnit that is disabled was not run", () => {
    expect(states("junit", '<testsuite><testcase name="a" status="disabled"/></testsuite>')).toMatchObject({
      passed: 0,
      skipped: 1,
    })
  })

  const vitest = (more: object, status = "passed") =>
    JSON.stringify({
      ...{ numTotalTests: 1, numPassedTests: 1, numFailedTests: 0, numFailedTestSuites: 0, success: true },
      testResults: [{ name: "/app/a.ts", status: "passed", assertionResults: [{ fullName: "a", status }] }],
      ...more,
    })

  test("sibling of V09: a run that says it was not successful has not passed, whatever its counts", () => {
    expect(states("vitest-json", vitest({}))).toMatchObject({ passed: 1, findings: 0 })
    expect(states("vitest-json", vitest({ success: false }))).toMatchObject({ passed: 1, findings: 1 })
  })

  test("sibling of V09: a state that nobody knows is no skipped test", () => {
    expect(states("vitest-json", vitest({}, "timedOut"))).toMatchObject({ passed: 0, failed: 1 })
    expect(states("vitest-json", vitest({}, "todo"))).toMatchObject({ failed: 0, skipped: 1 })
  })

  test("sibling of V09: a test of Mocha that has ended without a result has not passed", () => {
    const [a, b] = ["a", "b"].map((fullTitle) => ({ fullTitle, err: {} }))
    const report = { stats: { failures: 0 }, tests: [a, b], passes: [a], pending: [], failures: [] }
    expect(states("mocha-json", JSON.stringify(report))).toMatchObject({ passed: 1, failed: 1, findings: 1 })
  })

  const go = (...events: object[]) => events.map((event) => JSON.stringify(event)).join("\n")
  const passed = [
    { Action: "pass", Package: "p", Test: "T" },
    { Action: "pass", Package: "p" },
  ]

  test("sibling of V09: a test of Go that failed in one of several runs has failed", () => {
    const text = go({ Action: "fail", Package: "p", Test: "T" }, ...passed)
    expect(states("go-test", text)).toMatchObject({ passed: 0, failed: 1, findings: 1 })
  })

  test.each([
    [
      "a package that does not build and has no end",
      go(...passed, { Action: "build-fail", ImportPath: "q" }),
    ],
    ["a failure without a name", go(...passed, { Action: "fail" })],
    ["a package whose end is missing", go({ Action: "pass", Package: "p", Test: "T" })],
  ])("sibling of V09: of Go, %s is a finding", (_, text) => {
    expect(states("go-test", text)).toMatchObject({ passed: 1, findings: 1 })
  })
})

describe("findings", () => {
  const sarif = (run: object, driver: object = {}) => {
    const log = {
      version: "2.1.0",
      runs: [{ tool: { driver: { name: "x", ...driver } }, results: [], ...run }],
    }
    const report = readFindings("sarif", [`\ufeff${JSON.stringify(log)}`], component)
    return { report, errors: decideFindings("web", report, 0, "x").errors }
  }
  const text = { text: "m" }

  test.each(["open", "review"])("sibling of V09: a result of SARIF of the kind %s is reported", (kind) => {
    expect(sarif({ results: [{ kind, message: text }] }).report.findings).toMatchObject([
      { severity: "info", message: "not decided by the tool: m" },
    ])
  })

  test.each([
    ["its name", { id: "R" }, { ruleId: "R" }],
    ["its place", { index: 0 }, { ruleIndex: 0 }],
  ])("sibling of V09: the level that a run gives a rule by %s counts", (_, descriptor, result) => {
    const overrides = [{ configuration: { level: "error" }, descriptor }]
    const run = {
      invocations: [{ executionSuccessful: true, ruleConfigurationOverrides: overrides }],
      results: [{ ...result, message: text }],
    }
    expect(sarif(run, { rules: [{ id: "R" }, { id: "S" }] }).report.findings).toMatchObject([
      { severity: "high" },
    ])
    const other = { ...run, results: [{ ruleId: "S", message: text }] }
    expect(sarif(other, { rules: [{ id: "R" }, { id: "S" }] }).report.findings).toMatchObject([
      { severity: "info" },
    ])
  })

  test("a result that only an earlier run had is none", () => {
    expect(
      sarif({ results: [{ baselineState: "absent", level: "error", message: text }] }).report.findings,
    ).toEqual([])
  })

  test.each([
    ["results in other files", { externalPropertyFileReferences: { results: [{}] } }],
    ["a signal", { invocations: [{ executionSuccessful: true, exitSignalName: "SIGKILL" }] }],
    ["no start", { invocations: [{ executionSuccessful: true, processStartFailureMessage: "no" }] }],
  ])("sibling of V09: a run of SARIF with %s has not checked everything", (_, run) => {
    expect(sarif(run).errors).toHaveLength(1)
  })

  test("sibling of G11: ESLint that counts errors which it does not name is an error", () => {
    const file = { filePath: "/app/a.js", messages: [], errorCount: 3 }
    const report = readFindings("eslint-json", [JSON.stringify([file])], component)
    expect(decideFindings("web", report, 0, "eslint").errors).toEqual([
      "web: web/a.js: it counts 3 errors and names 0",
    ])
  })

  test.each([
    ["with the line breaks of Windows", "src/a.ts(1,2): error TS2322: m\r\n/app/src/a.ts\r\n"],
    ["with absolute paths", "/app/src/a.ts(1,2): error TS2322: m\n/app/src/a.ts\n"],
  ])("sibling of G16: an error of tsc %s is a finding at its place", (_, output) => {
    expect(readFindings("tsc", [output], component)).toMatchObject({
      findings: [{ rule: "TS2322", message: "m", location: { file: "web/src/a.ts", line: 1, column: 2 } }],
      files: 1,
    })
  })
})
