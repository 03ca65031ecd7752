/**
 * Repositories that are not like ours: TypeScript with Jest in the root, plain JavaScript without a build step, a Dockerfile
 * with declared checks, and a service in Go with a chart of its own. Each is adopted by signalbox.yaml and one environment file.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { GateReportData, GateResult } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"

// All of a repository's packages are installed here for the first time.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

let here: Project

async function adopt(fixture: string): Promise<void> {
  here = await project("strangers-staging", fixture)
}

async function judged(...args: string[]): Promise<GateReportData> {
  const outcome = await here.call(["gates", ...args, "json"], { timeout: 560 })
  expect(finalError(outcome)).toBe("")
  return JSON.parse(outcome.stdout)
}

const told = (report: GateReportData) =>
  Object.fromEntries(report.gates.map(({ gate, verdict, summary }) => [gate, `${verdict}: ${summary}`]))
const of = (report: GateReportData, name: string): GateResult | undefined =>
  report.gates.find(({ gate }) => gate === name)

describe("TypeScript with Jest, in the root of its repository", () => {
  beforeAll(() => adopt("orders"))
  afterAll(() => here[Symbol.asyncDispose]())

  it("is judged by every gate, its coverage by src alone, without a line of its own changed", async () => {
    const report = await judged()
    expect(told(report)).toMatchObject({
      typecheck: expect.stringMatching(/^pass: web: \d+ files/),
      lint: expect.stringMatching(/^pass: web: \d+ files/),
      unit: "pass: web: 2 passed, 1 skipped",
      coverage:
        "pass: web: 100.00 % of 88 % required, 1 source file not measured, 1 switched off in the code",
    })
    expect(report).toMatchObject({ verdict: "pass", partial: false })
    expect(of(report, "unit")?.tools).toMatchObject([{ name: "jest", version: "30.5.2" }])
    expect(of(report, "typecheck")?.tools).toMatchObject([{ name: "tsc", version: "5.9.3" }])
  })

  it("X2 has found what its own lint script would mend in silence", async () => {
    await here.write({ "src/rate.ts": "let rate = 2\nexport const twice = (x: number) => x * rate\n" })
    expect(of(await judged("--only", "lint"), "lint")).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "prefer-const", location: { file: "src/rate.ts", line: 1 } }],
    })
  })

  it("has a test that fails found by file and line", async () => {
    const text = await here.files.read("test/total.test.ts")
    await here.write({ "test/total.test.ts": text.replace("toBe(6)", "toBe(7)") })
    const report = await judged("--only", "unit")
    expect(of(report, "unit")).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "test-failed", location: { file: "test/total.test.ts", line: 5 } }],
    })
  })
})

describe("plain JavaScript without a build step", () => {
  beforeAll(() => adopt("plain"))
  afterAll(() => here[Symbol.asyncDispose]())

  it("is judged by what it has, and what it has not is said", async () => {
    const report = await judged()
    expect(told(report)).toMatchObject({
      typecheck: "skipped: web: no tsconfig.json, and no script typecheck",
      lint: "skipped: web: no script lint, and no settings of ESLint",
      unit: "pass: web: 1 passed",
      coverage: "pass: web: 75.00 % of 70 % required, with 1 line of files that no test loads",
    })
    expect(report).toMatchObject({ verdict: "pass", partial: false })
    expect(of(report, "unit")?.tools).toMatchObject([{ name: "node:test", version: "24.9.0" }])
  })

  it("has its sources in its image, and nothing of its tests", async () => {
    const files = await here.call([
      "build",
      "container",
      "--component",
      "web",
      "directory",
      "--path",
      "/app",
      "glob",
      "--pattern",
      "**",
    ])
    expect(finalError(files)).toBe("")
    expect(files.stdout.split("\n")).toEqual(
      expect.arrayContaining(["src/index.js", "src/greeting.js", "package.json"]),
    )
    expect(files.stdout).not.toContain("test")
  })
})

describe("any language by its Dockerfile", () => {
  beforeAll(() => adopt("stamps"))
  afterAll(() => here[Symbol.asyncDispose]())

  it("is built, scanned and judged by its declared checks; what is off is said with its reason", async () => {
    const report = await judged()
    expect(told(report)).toMatchObject({
      typecheck: expect.stringMatching(/^skipped: web: a Dockerfile tells no check/),
      unit: "pass: web: 1 passed",
      coverage: "skipped: web: off: measured by the team's own dashboard",
      images: expect.stringMatching(/^pass: /),
    })
    expect(report.gates.filter(({ verdict }) => verdict === "fail" || verdict === "error")).toEqual([])
  })

  it("has a failing test found, and a report that is not written told with its place", async () => {
    const text = await here.files.read("app/test/stamps.test.js")
    await here.write({ "app/test/stamps.test.js": text.replace("1970", "1971") })
    expect(of(await judged("--only", "unit"), "unit")).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "test-failed", location: { file: "app/test/stamps.test.js" } }],
    })
    const config = await here.files.read("signalbox.yaml")
    await here.write({ "signalbox.yaml": config.replace('path: "*.xml"', "path: junit/*.xml") })
    expect(of(await judged("--only", "unit"), "unit")).toMatchObject({
      verdict: "error",
      summary: expect.stringMatching(/did not write junit\/\*\.xml \(in the component's directory\)/),
    })
  })

  it("is not judged by a report that is committed, where its command writes none", async () => {
    const config = await here.files.read("signalbox.yaml")
    const silent = config.replace(/command: \[.*\]/, 'command: ["node", "--version"]')
    expect(silent).not.toBe(config)
    const passed = '<testsuite><testcase name="of last year" /></testsuite>'
    await here.write({ "signalbox.yaml": silent, "app/last.xml": passed, "app/junit/last.xml": passed })
    expect(of(await judged("--only", "unit"), "unit")).toMatchObject({
      verdict: "error",
      summary: expect.stringMatching(
        /node --version ended with 0 and did not write .*components\.web\.checks\.unit/,
      ),
    })
  })
})

describe("a service in Go, with its own chart and a waiver", () => {
  beforeAll(() => adopt("clock"))
  afterAll(() => here[Symbol.asyncDispose]())

  it("is compiled, tested, measured and scanned, and its chart judged", async () => {
    const report = await judged()
    expect(told(report)).toMatchObject({
      typecheck: expect.stringMatching(/^skipped: clock: a Dockerfile tells no check/),
      unit: "pass: clock: 1 passed",
      coverage: "pass: clock: 37.50 % of 30 % required",
      vulnerabilities: expect.stringMatching(/^pass: /),
      images: expect.stringMatching(/^pass: clock: \d\.\d\d MB of 10\.00 MB/),
      charts: expect.stringMatching(/^waived: /),
    })
    // The binary says what it is made of, and what it is made of is what was looked for in the database.
    expect(of(report, "vulnerabilities")?.figures.packages).toBeGreaterThan(0)
    expect(of(report, "charts")?.waived).toMatchObject([
      { finding: { rule: "policy-writable-root" }, waiver: { id: "spool", owner: "team-clock" } },
    ])
    expect(report.staleWaivers).toEqual([])
  })

  it("has a failing test found by file and line, and a package that does not compile by its first error", async () => {
    const test = "service/reading/reading_test.go"
    const text = await here.files.read(test)
    await here.write({ [test]: text.replace('9: "09:30 in the morning"', '9: "9:30 in the morning"') })
    expect(of(await judged("--only", "unit"), "unit")).toMatchObject({
      verdict: "fail",
      findings: [
        {
          rule: "test-failed",
          location: { file: test, line: 11 },
          subject: "example.org/clock/reading TestAt",
          message: expect.stringContaining('got "09:30 in the morning", want "9:30 in the morning"'),
        },
      ],
    })
    await here.write({ [test]: text.replace("got :=", "other :=") })
    expect(of(await judged("--only", "unit"), "unit")).toMatchObject({
      verdict: "fail",
      findings: [
        {
          rule: "suite-failed",
          location: { file: test },
          message: expect.stringMatching(
            /^example\.org\/clock\/reading: reading\/reading_test\.go:10:6: declared and not used: other/,
          ),
        },
      ],
    })
  })
})
