/** SARIF as ESLint, Ruff and Biome wrote it. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { decideFindings } from "../../../src/gates/engine/decide-findings.ts"
import { readFindings } from "../../../src/gates/formats/findings.ts"

const recorded = (name: string) =>
  readFileSync(new URL(`../../recorded/sarif/${name}.json`, import.meta.url), "utf8")
const component = { name: "web", path: "apps/web", workdir: "/app" }
const read = (text: string) => readFindings("sarif", [text], component)
const log = (run: object) =>
  JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "x" } }, results: [], ...run }] })

describe("what a tool found", () => {
  test("ESLint: errors refuse, warnings and what comments switch off are told", () => {
    const { findings, suppressed } = read(recorded("eslint"))
    expect(findings.map(({ rule, severity, location }) => [rule, severity, location])).toEqual([
      ["prefer-const", "high", { file: "apps/web/src/x.js", line: 1, column: 5 }],
      ["no-var", "info", { file: "apps/web/src/x.js", line: 2, column: 1 }],
      ["no-eval", "info", { file: "apps/web/src/x.js", line: 4, column: 1 }],
    ])
    expect(suppressed).toBe(1)
    expect(findings[2]?.message).toMatch(/^switched off in the code: /)
    expect(findings[0]?.help).toBe("https://eslint.org/docs/latest/rules/prefer-const")
  })

  test("Ruff", () => {
    expect(
      read(recorded("ruff")).findings.map(({ rule, severity, location }) => [rule, severity, location?.file]),
    ).toEqual([
      ["F401", "high", "apps/web/shop/sums.py"],
      ["F841", "high", "apps/web/shop/sums.py"],
    ])
  })

  test("sibling of P01: Biome, as the README declares it", () => {
    expect(
      read(recorded("biome")).findings.map(({ rule, severity, location }) => [
        rule,
        severity,
        location?.file,
      ]),
    ).toEqual([
      ["lint/suspicious/noExplicitAny", "info", "apps/web/src/a.ts"],
      ["format", "high", "apps/web/biome.json"],
      ["lint/suspicious/noDebugger", "high", "apps/web/src/a.ts"],
      ["lint/suspicious/noDoubleEquals", "high", "apps/web/src/a.ts"],
      ["format", "high", "apps/web/src/a.ts"],
    ])
  })

  test("nothing, where it ran and found nothing", () => {
    const judged = decideFindings("web", read(recorded("ruff-clean")), 0, "ruff")
    expect(judged).toMatchObject({ findings: [], errors: [], summary: "web: ruff found nothing" })
  })

  test("a rule's own level counts where the result has none, and warning where neither has", () => {
    const rules = [{ id: "a", defaultConfiguration: { level: "error" } }, { id: "b" }]
    const results = ["a", "b"].map((ruleId) => ({ ruleId, message: { text: ruleId } }))
    const { findings } = read(log({ tool: { driver: { rules } }, results }))
    expect(findings.map(({ severity }) => severity)).toEqual(["high", "info"])
  })

  const strict = [{ id: "other" }, { id: "a", defaultConfiguration: { level: "error" } }]
  test.each([
    ["its place", { driver: { rules: strict } }, { ruleIndex: 1 }, "a"],
    ["its place and a longer name", { driver: { rules: strict } }, { ruleId: "a/1", ruleIndex: 1 }, "a/1"],
    ["a longer name", { driver: { rules: strict } }, { ruleId: "a/1" }, "a/1"],
    ["a reference by id", { driver: { rules: strict } }, { rule: { id: "a" } }, "a"],
    ["a reference by place", { driver: { rules: strict } }, { rule: { index: 1 } }, "a"],
    ["its name in an extension", { driver: {}, extensions: [{ rules: strict }] }, { ruleId: "a" }, "a"],
    [
      "its place in an extension",
      { driver: { rules: [{ id: "x" }, { id: "y" }] }, extensions: [{ rules: [] }, { rules: strict }] },
      { rule: { index: 1, toolComponent: { index: 1 } } },
      "a",
    ],
  ])("a rule that is named by %s counts with its level", (_by, tool, named, rule) => {
    const { findings } = read(log({ tool, results: [{ ...named, message: { text: "m" } }] }))
    expect(findings).toMatchObject([{ rule, severity: "high" }])
  })

  test.each([
    ["rejected", "high", 0],
    ["underReview", "high", 0],
    ["accepted", "info", 1],
  ])("a suppression that is %s makes it %s", (status, severity, count) => {
    const suppressions = [{ kind: "inSource" }, { kind: "external", status }]
    const results = [{ ruleId: "a", level: "error", message: { text: "m" }, suppressions }]
    const { findings, suppressed } = read(log({ results }))
    expect([findings[0]?.severity, suppressed]).toEqual([severity, count])
  })
})

describe("what is no judgement is never clean", () => {
  test.each([
    ["nothing", ""],
    ["another version", '{"version":"2.0.0","runs":[]}'],
    ["no run", '{"version":"2.1.0","runs":[]}'],
    ["a run that was not carried out", '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}}}]}'],
    ["findings of another form", "[]"],
  ])("%s", (_name, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: "OUTPUT_UNREADABLE" }))
  })

  test("a run that says itself that it failed", () => {
    const text = log({ invocations: [{ executionSuccessful: false }] })
    expect(decideFindings("web", read(text), 0, "x").errors).toHaveLength(1)
  })

  test.each(["toolExecutionNotifications", "toolConfigurationNotifications"])(
    "sibling of V09: a tool that reports an error of its own in %s, and calls its run successful",
    (kind) => {
      const notes = [
        { level: "error", message: { text: "parser crashed on\n src/a.py" } },
        { level: "warning", message: { text: "slow" } },
      ]
      const text = log({ invocations: [{ executionSuccessful: true, [kind]: notes }] })
      expect(decideFindings("web", read(text), 0, "x").errors).toEqual([
        "web: the tool reports: parser crashed on src/a.py",
      ])
    },
  )

  test("an exit code that refuses, without a finding that does", () => {
    expect(decideFindings("web", read(recorded("ruff-clean")), 1, "ruff").errors).toEqual([
      "web: ruff ended with 1 and named no error",
    ])
  })
})
