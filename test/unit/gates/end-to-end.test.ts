import { describe, expect, test } from "vitest"
import { addresses } from "../../../src/gates/end-to-end/addresses.ts"
import { checkOf } from "../../../src/gates/end-to-end/command.ts"
import { decideEndToEnd } from "../../../src/gates/end-to-end/decide.ts"
import { readEndToEnd } from "../../../src/gates/end-to-end/read.ts"
import {
  defaultEndToEnd,
  type EndToEndSettings,
  endToEndSettings,
  stricterEndToEnd,
} from "../../../src/gates/end-to-end/settings.ts"
import type { Judgement, ToolOutcome } from "../../../src/gates/gate.ts"
import { readProject } from "../../corpus/expected.ts"
import { recorded } from "./recorded.ts"

const tools = [
  { name: "browser", version: "156.0.8078.114" },
  { name: "playwright", version: "1.65.1" },
]
const files = ["package.json", "tests/basket.spec.js", "tests/checkout.spec.js", "tests/faults.spec.js"]

interface Ran {
  readonly exitCode?: number
  readonly version?: string
  readonly changed?: readonly string[]
  readonly settings?: Partial<EndToEndSettings>
  readonly stderr?: string
}

function judged(report: readonly string[], ran: Ran = {}): Judgement {
  const { exitCode = 1, version = "1.65.1", changed = [], stderr = "" } = ran
  const settings = { ...defaultEndToEnd, ...ran.settings }
  const outcome = {
    ...{ finished: true, exitCode, version, changed },
    ...{ files: { "stdout.txt": "", "stderr.txt": stderr }, out: undefined },
  } as unknown as ToolOutcome
  const run = { check: checkOf(settings), outcome, report, workdir: "/app/e2e" }
  return decideEndToEnd(readEndToEnd({ run, tools, directory: "e2e", files }), settings)
}

const report = (name: string, ran: Ran = {}) => judged([recorded(`playwright/${name}.xml`)], ran)

describe("end-to-end tests in a browser", () => {
  test("pass, by the browser and the Playwright that ran", () => {
    expect(report("passed", { exitCode: 0 })).toMatchObject({
      ...{ findings: [], errors: [], tools },
      summary: "e2e: 1 passed",
      figures: { passed: 1, failed: 0, skipped: 0, flaky: 0 },
    })
  })

  test("fail at the line that failed, by what was expected", () => {
    const { findings, errors, figures, cases } = report("mixed")
    expect(errors).toEqual([])
    expect(figures).toEqual({ passed: 2, failed: 1, skipped: 1, flaky: 1 })
    expect(cases).toHaveLength(4)
    expect(findings[0]).toEqual({
      rule: "test-failed",
      severity: "high",
      message: "basket.spec.js basket › has a discount: expect(locator).toHaveText(expected) failed",
      location: { file: "e2e/tests/basket.spec.js", line: 12 },
      component: "e2e",
      subject: "basket.spec.js basket › has a discount",
    })
  })

  test("that pass only when they are tried again are told, and refuse where the settings say so", () => {
    const told = report("flaky", { exitCode: 0 })
    expect(told).toMatchObject({ errors: [], summary: "e2e: 1 passed, 1 flaky" })
    expect(told.findings).toEqual([
      {
        rule: "test-flaky",
        severity: "info",
        message:
          "checkout.spec.js shows what there is to pay: passed on try 2; before, expect(locator).toBeVisible() failed",
        location: { file: "e2e/tests/checkout.spec.js", line: 6 },
        component: "e2e",
        subject: "checkout.spec.js shows what there is to pay",
      },
    ])
    const refused = report("flaky", { exitCode: 0, settings: { flaky: "refuse" } })
    expect(refused.findings).toMatchObject([{ rule: "test-flaky", severity: "high" }])
  })

  test("are no pass where a flaky test hides why the run ended with 1", () => {
    expect(report("flaky", { stderr: "Error: the global teardown threw" }).errors).toEqual([
      expect.stringMatching(/playwright ended with 1 though no test failed.*global teardown threw/),
    ])
  })

  test("by a Playwright that does not tell of retries say so", () => {
    const { findings } = report("flaky-1.58", { version: "1.58.2" })
    expect(findings).toMatchObject([
      { rule: "test-failed", location: { file: "e2e/tests/basket.spec.js", line: 12 } },
      { rule: "retries-unseen", severity: "info", location: { file: "e2e/package.json" } },
    ])
    expect(report("passed", { exitCode: 0, version: "1.59.0" }).findings).toEqual([])
    expect(report("passed", { exitCode: 0, version: "unknown" }).findings).toMatchObject([
      { rule: "retries-unseen" },
    ])
  })

  test.each(["zero", "skipped"])("are an error where none of them ran (%s)", (name) => {
    for (const exitCode of [0, 1]) {
      const { findings, errors } = report(name, { exitCode, stderr: "Error: No tests found" })
      expect(findings).toEqual([])
      expect(errors).toEqual([expect.stringContaining("e2e: no test was run")])
    }
  })

  test.each([
    ["no-browser", "executable doesn't exist at /usr/bin/no-such-browser"],
    ["browser-ends", "Target page, context or browser has been closed"],
  ])("without their browser are an error and no failed test (%s)", (name, why) => {
    const { findings, errors } = report(name)
    expect(findings).toEqual([])
    expect(errors).toEqual([expect.stringContaining(why)])
    expect(errors[0]).toMatch(/did not start for basket.spec.js basket › counts .*BROWSER_PATH/)
  })

  test("fail where the browser was lost, where a page is not there, and in a step", () => {
    const { findings, errors } = report("faults")
    expect(errors).toEqual([])
    expect(findings.map(({ location, message }) => [location?.line, message])).toEqual([
      [6, "faults.spec.js runs out of its time: Test timeout of 4000ms exceeded."],
      [
        12,
        "faults.spec.js loses its browser: locator.click: Target page, context or browser has been closed",
      ],
      [
        16,
        "faults.spec.js asks a page that is not there: page.goto: net::ERR_UNSAFE_PORT at http://127.0.0.1:1/",
      ],
      [22, "faults.spec.js fails in a helper: expect(received).toBe(expected) // Object.is equality"],
    ])
  })

  test("whose failure has no line of its own are told at their heading", () => {
    const text = recorded("playwright/faults.xml").replaceAll(/^ {4}(?: {4})?at \/app\/.*$/gm, "")
    expect(judged([text]).findings.map(({ location }) => location)).toEqual(
      [3, 9, 15, 19].map((line) => ({ file: "e2e/tests/faults.spec.js", line })),
    )
  })

  test.each([
    ["missing", []],
    ["empty", [""]],
    ["cut off", [recorded("playwright/mixed.xml").slice(0, 3000)]],
    ["of something else", ["<html></html>"]],
  ])("are an error where their report is %s", (_, texts) => {
    const { findings, errors } = judged(texts, { exitCode: 0 })
    expect(findings).toEqual([])
    expect(errors).toHaveLength(1)
  })

  test.each([
    [
      "did not end within 45 s",
      ": Running 1 test using 1 worker",
      /playwright did not end within 45 s: Running 1 test/,
    ],
    ["ended with exit code 137", "", /playwright ended with exit code 137$/],
    [
      "ended with exit code 127",
      ": spawn playwright ENOENT",
      /ENOENT; playwright has to be among the packages/,
    ],
  ])("are an error where they come to no end of their own (%s)", (how, said, wanted) => {
    const outcome = { finished: false, why: "", ended: { how, said } } as const
    const run = { check: checkOf(defaultEndToEnd), outcome, report: [], workdir: "/app/e2e" }
    const reading = readEndToEnd({ run, tools, directory: "e2e", files })
    const judgement = decideEndToEnd(reading, defaultEndToEnd)
    expect(judgement).toMatchObject({ findings: [], errors: [expect.stringMatching(wanted)], tools })
  })

  test("are an error where a part of the application does not start, by its name", () => {
    const why = "its service api does not start: exit code 1"
    const outcome = { finished: false, why } as const
    const run = { check: checkOf(defaultEndToEnd), outcome, report: [], workdir: "/app/e2e" }
    const reading = readEndToEnd({ run, tools, directory: "e2e", files })
    expect(decideEndToEnd(reading, defaultEndToEnd).errors).toEqual([`e2e: ${why}`])
  })

  test("that change the tree have not judged it", () => {
    expect(report("passed", { exitCode: 0, changed: ["tests/basket.spec.js"] }).errors).toEqual([
      "e2e: the tests changed tests/basket.spec.js: they have not judged the tree as it is",
    ])
  })

  test("of the corpus are found as they are planted, and nothing else", () => {
    const { findings, errors } = report("corpus", { settings: { retries: 1 } })
    const placeOf = (rule: string, file?: string, line?: number) => `${rule} ${file}:${line}`
    expect(errors).toEqual([])
    expect(
      findings.map(({ rule, location }) => placeOf(rule, location?.file, location?.line)).sort(),
    ).toEqual(
      readProject("end-to-end")
        .planted.map(({ rule, file, line }) => placeOf(rule, file, line))
        .sort(),
    )
  })

  test("with a lock file of their own lie at the top of their container, and are told in their directory", () => {
    const text = recorded("playwright/mixed.xml").replaceAll("/app/e2e/", "/app/")
    const run = {
      check: checkOf(defaultEndToEnd),
      outcome: { finished: true, exitCode: 1, files: {} } as unknown as ToolOutcome,
      ...{ report: [text], workdir: "/app" },
    }
    const { result } = readEndToEnd({ run, tools, directory: "e2e", files })
    expect(typeof result === "string" ? result : result.report.findings[0]?.location).toEqual({
      file: "e2e/tests/basket.spec.js",
      line: 12,
    })
  })

  test("lose no failure in any truncated report", () => {
    const text = recorded("playwright/mixed.xml")
    for (let length = 0; length < text.length; length += 97) {
      const { findings, errors } = judged([text.slice(0, length)], { exitCode: 0 })
      const failed = findings.some(({ severity }) => severity === "high")
      expect(failed || errors.length > 0, `cut after ${length}`).toBe(true)
    }
  })
})

describe("how they are run", () => {
  test("the options that the report depends on come after the project's own", () => {
    const { command } = checkOf({ ...defaultEndToEnd, arguments: ["--retries=3", "--reporter=dot"] })
    expect(command.slice(0, 4)).toEqual(["playwright", "test", "--retries=3", "--reporter=dot"])
    expect(command).toContain("--forbid-only")
    expect(command.lastIndexOf("--retries=0")).toBeGreaterThan(command.indexOf("--retries=3"))
  })

  test("by another program, with a report of its own", () => {
    const command = { run: ["wdio", "run", "wdio.conf.js"], report: "reports/*.xml" }
    const check = checkOf(endToEndSettings.parse({ command }))
    expect(check).toMatchObject({
      command: command.run,
      report: { format: "junit", path: "reports/*.xml", in: "component" },
      tool: { name: "wdio", script: "wdio run wdio.conf.js" },
    })
  })
})

describe("where they find the application", () => {
  const node = (kind: string) => ({ language: "node", kind, checks: {} })
  const config = (components: object, stack: object = {}) => ({ components, stack }) as never
  const settings = (more: Partial<EndToEndSettings> = {}) => ({ ...defaultEndToEnd, ...more })
  const both = { web: node("static"), api: node("service") }
  const started = [
    { name: "db", host: 5432 },
    { name: "web", host: 3000 },
    { name: "api", host: 8080 },
  ]

  test("BASE_URL is the component of static files, and each has an address", () => {
    const stack = { db: { kind: "postgres", database: "app", user: "app" } }
    expect(addresses(config(both, stack), settings(), started)).toEqual({
      BASE_URL: "http://localhost:3000",
      PLAYWRIGHT_TEST_BASE_URL: "http://localhost:3000",
      URL_WEB: "http://localhost:3000",
      URL_API: "http://localhost:8080",
    })
  })

  test("a component is reached by the name that the stack gives it", () => {
    const stack = { "price-api": { kind: "component", component: "api", environment: {} } }
    const found = addresses(config({ api: node("service") }, stack), settings(), [
      { name: "price-api", host: 4000 },
    ])
    expect(found).toMatchObject({ BASE_URL: "http://localhost:4000", URL_API: "http://localhost:4000" })
  })

  test("the settings name another component, or another address", () => {
    expect(addresses(config(both), settings({ component: "api" }), started)).toMatchObject({
      BASE_URL: "http://localhost:8080",
    })
    const environment = { BASE_URL: "http://edge:8080" }
    expect(addresses(config(both), settings({ environment }), started)).toMatchObject({
      BASE_URL: "http://edge:8080",
      PLAYWRIGHT_TEST_BASE_URL: "http://edge:8080",
    })
  })

  test("which component is meant is asked for where several could be", () => {
    const services = config({ api: node("service"), jobs: node("service") })
    expect(() => addresses(services, settings(), started)).toThrow(/not known which component/)
    expect(() => addresses(services, settings({ component: "apy" }), started)).toThrow(/apy/)
  })
})

test("of two settings the fewer retries count, and flaky tests refuse where either says so", () => {
  const own = endToEndSettings.parse({ retries: 2, directory: "tests" })
  expect(stricterEndToEnd(own, { retries: 1, flaky: "refuse" })).toMatchObject({
    ...{ retries: 1, flaky: "refuse", directory: "tests" },
  })
  expect(stricterEndToEnd(own, {})).toEqual(own)
  expect(stricterEndToEnd(undefined, { retries: 1 })).toEqual({ ...defaultEndToEnd, retries: 1 })
})
