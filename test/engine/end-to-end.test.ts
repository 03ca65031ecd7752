/**
 * The gate `end-to-end` in a real browser, against the component's own image with a queue beside it, and what is told where a test
 * fails or is flaky, where there is none, and where browser or application are not there.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { judged, outputOf, seconds, summaries, toolboxHas } from "./support/built-language.ts"
import { type Project, project } from "./support/project.ts"

vi.setConfig({ testTimeout: seconds * 1000, hookTimeout: seconds * 1000 })

const tests = "e2e/tests/kiosk.spec.js"

describe.runIf(toolboxHas("browser"))("end-to-end tests in a browser", () => {
  let here: Project
  beforeAll(async () => {
    here = await project("kiosk-staging", "kiosk")
  })
  afterAll(() => here[Symbol.asyncDispose]())

  const endToEnd = async () => {
    const { gates } = await judged(here, "--only", "end-to-end")
    const [gate] = gates
    if (gate === undefined) throw new Error("end-to-end was not judged")
    return gate
  }

  /** Judges with a file changed, which is as it was afterwards. */
  const changed = async (file: string, change: (text: string) => string) => {
    const text = await here.files.read(file)
    expect(change(text)).not.toBe(text)
    await here.write({ [file]: change(text) })
    try {
      return await endToEnd()
    } finally {
      await here.write({ [file]: text })
    }
  }

  it("M028 run with Playwright in Chromium against the image that is built, with its queue beside it, and pass", async () => {
    const report = await judged(here, "--only", "end-to-end")
    expect(summaries(report)).toEqual({ "end-to-end": "pass: e2e: 3 passed" })
    const { tools = [], findings } = report.gates[0] ?? {}
    expect(findings).toEqual([])
    expect(tools).toContainEqual(
      expect.objectContaining({ name: "browser", version: expect.stringMatching(/^\d+\./) }),
    )
    expect(tools).toContainEqual(expect.objectContaining({ name: "playwright", version: "1.65.1" }))
  })

  it("M028 fail at the line, as the page does, with a screenshot among the reports", async () => {
    const server = await here.files.read("web/src/server.js")
    await here.write({ "web/src/server.js": server.replace("INCR visits", "INCRBY visits 2") })
    try {
      const gate = await endToEnd()
      expect(gate).toMatchObject({ verdict: "fail" })
      expect(gate.findings).toEqual([
        expect.objectContaining({
          rule: "test-failed",
          location: { file: tests, line: 7 },
          message: expect.stringContaining(
            "counts visits in its queue: expect(locator).toHaveText(expected) failed",
          ),
        }),
      ])
      const pictures = ["reports", "glob", "--pattern", "end-to-end/artifacts/**/*.png"]
      expect(await outputOf(here, "gates", "--only", "end-to-end", ...pictures)).toMatch(
        /test-failed-1\.png$/,
      )
    } finally {
      await here.write({ "web/src/server.js": server })
    }
  })

  it("are told where they pass only when they are tried again", async () => {
    const text = await here.files.read("signalbox.yaml")
    await here.write({ "signalbox.yaml": text.replace("end-to-end: {}", "end-to-end: { retries: 1 }") })
    try {
      const gate = await changed(tests, (all) =>
        all.replace(
          'test("keeps',
          'test("is slow", async ({}, { retry }) => {\n  expect(retry).toBe(1)\n})\n\ntest("keeps',
        ),
      )
      expect(gate).toMatchObject({ verdict: "pass" })
      expect(gate.findings).toEqual([
        expect.objectContaining({
          rule: "test-flaky",
          severity: "info",
          location: { file: tests, line: 11 },
        }),
      ])
    } finally {
      await here.write({ "signalbox.yaml": text })
    }
  })

  it("are an error where there is none, or one is left over that leaves out the others", async () => {
    const none = await changed("e2e/playwright.config.js", (text) => text.replace('"tests"', '"src"'))
    expect(none).toMatchObject({ verdict: "error", findings: [] })
    expect(none.summary).toMatch(/e2e: no test was run/)
    const only = await changed(tests, (text) => text.replace('test("is where', 'test.only("is where'))
    expect(only).toMatchObject({ verdict: "error", findings: [] })
    expect(only.summary).toMatch(/forbid-only/)
  })

  it("are an error where they do not start the browser that is there", async () => {
    const gate = await changed("e2e/playwright.config.js", (text) =>
      text.replace("process.env.BROWSER_PATH", '"/usr/bin/no-such-browser"'),
    )
    expect(gate).toMatchObject({ verdict: "error", findings: [] })
    expect(gate.summary).toMatch(/the browser did not start for .*BROWSER_PATH/)
  })

  it("are an error that names the part of the application which does not start", async () => {
    const gate = await changed("signalbox.yaml", (text) =>
      text.replace('QUEUE: "queue:6379"', 'NODE_OPTIONS: "--require /none.js"'),
    )
    expect(gate).toMatchObject({ verdict: "error", findings: [] })
    expect(gate.summary).toMatch(/its service kiosk does not start: .*MODULE_NOT_FOUND/)
  })

  it("are an error where they take longer than they may", async () => {
    const config = await here.files.read("signalbox.yaml")
    await here.write({
      "signalbox.yaml": config.replace("end-to-end: {}", "end-to-end: {}\n  timeouts: { end-to-end: 20s }"),
    })
    try {
      const gate = await changed(tests, (text) =>
        text.replace(
          'test("keeps',
          'test("hangs", async ({}) => {\n  test.setTimeout(0)\n  await new Promise(() => {})\n})\n\ntest("keeps',
        ),
      )
      expect(gate).toMatchObject({ verdict: "error", findings: [] })
    } finally {
      await here.write({ "signalbox.yaml": config })
    }
  })

  it("end the call where the directory that is named has none", async () => {
    const config = await here.files.read("signalbox.yaml")
    await here.write({
      "signalbox.yaml": config.replace("end-to-end: {}", "end-to-end: { directory: browser-tests }"),
    })
    try {
      const outcome = await here.call(["gates", "--only", "end-to-end", "json"], { timeout: seconds })
      expect(finalError(outcome)).toMatch(/exit code: 13[\s\S]*browser-tests\/package\.json does not exist/)
    } finally {
      await here.write({ "signalbox.yaml": config })
    }
  })
})
