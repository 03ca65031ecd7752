/** What counts as found, as missing and as a false alarm. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import type { Finding, GateResult } from "../../../src/domain/index.ts"
import { compare } from "../../corpus/compare.ts"
import { type Expectation, parseExpectation } from "../../corpus/expected.ts"
import { corpusReport, isAsExpected } from "../../corpus/result.ts"
import { readReport } from "../../runner/report.ts"

const text = `
schemaVersion: 1
about: a shop
gates: [lint, unit]
planted:
  - { gate: lint, rule: no-var, file: web/a.js, line: 3, text: var x }
  - { gate: unit, rule: test-failed, file: web/a.test.js, line: 9, text: expect, subject: adds up }
clean:
  - { gate: lint, file: web/a.js, line: 5, text: '"var x"', why: it is a text }
also:
  - { gate: lint, rule: format, file: web/a.js, why: the same line }
`
const shop: Expectation = parseExpectation(text, "corpus.yaml")

const finding = (gate: string, rule: string, file: string, line?: number): Finding => ({
  ...{ gate, rule, severity: "high", message: `${rule} in ${file}`, subject: "shop adds up" },
  location: { file, ...(line === undefined ? {} : { line }) },
})
const noVar = finding("lint", "no-var", "web/a.js", 3)
const failed = finding("unit", "test-failed", "web/a.test.js", 9)

function gate(name: string, findings: readonly Finding[], more: Partial<GateResult> = {}): GateResult {
  const verdict = findings.some(({ severity }) => severity !== "info") ? "fail" : "pass"
  return {
    ...{ gate: name, verdict, summary: `${findings.length} findings`, tools: [], findings },
    ...{ waived: [], figures: {}, reports: {} },
    ...more,
  }
}
const judged = (lint: readonly Finding[], unit: readonly Finding[] = [failed]) =>
  compare(shop, { gates: [gate("lint", lint), gate("unit", unit)] })
const rules = (comparison: ReturnType<typeof judged>) => comparison.found.map(({ rule }) => rule)
const alarms = (comparison: ReturnType<typeof judged>) =>
  comparison.falsePositives.map(({ finding, clean }) => [finding.rule, clean?.why])

test("all that is planted is found, and a second finding of the same defect is no alarm", () => {
  const comparison = judged([noVar, finding("lint", "format", "web/a.js")])
  expect(rules(comparison)).toEqual(["no-var", "test-failed"])
  expect(comparison).toMatchObject({ missing: [], falsePositives: [], problems: [] })
})

describe("a planted defect is missing", () => {
  test("where nothing is reported, and the gate is said to have passed", () => {
    const comparison = judged([])
    expect(comparison.missing).toMatchObject([{ planted: { rule: "no-var" } }])
    expect(comparison.problems).toEqual(["lint: pass instead of fail: 0 findings"])
  })

  test.each([
    ["another line", { location: { file: "web/a.js", line: 4 } }],
    ["another file", { location: { file: "web/b.js", line: 3 } }],
    ["no line", { location: { file: "web/a.js" } }],
    ["another rule", { rule: "prefer-const" }],
  ])("where %s is reported, which is an alarm of its own", (_, differs) => {
    const comparison = judged([{ ...noVar, ...differs }])
    expect(rules(comparison)).toEqual(["test-failed"])
    expect(comparison.missing).toHaveLength(1)
    expect(comparison.falsePositives).toHaveLength(1)
  })

  test("where another gate reports its place, which is no second fault", () => {
    const comparison = judged([], [failed, { ...noVar, gate: "unit", rule: "suite-failed" }])
    expect(comparison.missing).toMatchObject([{ planted: { rule: "no-var" }, wrongGate: "unit" }])
    expect(comparison.falsePositives).toEqual([])
  })

  test("where another subject has failed", () => {
    const comparison = judged([noVar], [{ ...failed, subject: "shop subtracts" }])
    expect(comparison.missing).toMatchObject([{ planted: { subject: "adds up" } }])
  })

  test("where one finding would have to count for two", () => {
    const [planted] = shop.planted
    if (planted === undefined) throw new Error("nothing is planted")
    const twice = { ...shop, planted: [planted, planted] }
    const gates = [gate("lint", [noVar]), gate("unit", [])]
    expect(compare(twice, { gates })).toMatchObject({ found: [planted], missing: [{ planted }] })
  })
})

describe("a false alarm", () => {
  test("on a look-alike says why that is clean", () => {
    expect(alarms(judged([noVar, finding("lint", "no-var", "web/a.js", 5)]))).toEqual([
      ["no-var", "it is a text"],
    ])
  })

  test("is everything else that nobody has planted", () => {
    expect(alarms(judged([noVar, finding("lint", "no-var", "web/b.js", 1)]))).toEqual([["no-var", undefined]])
  })

  test("is a second finding of the same rule at the same place", () => {
    expect(alarms(judged([noVar, noVar]))).toEqual([["no-var", undefined]])
  })
})

describe("silence proves nothing", () => {
  const unit = gate("unit", [failed])
  test("where a gate is not in the report", () => {
    expect(compare(shop, { gates: [unit] }).problems).toEqual(["lint is not in the report"])
  })

  test("where a gate has found something and could not judge the rest", () => {
    const summary = "1 finding: 1 high; could not be judged: api: tsc was killed"
    expect(compare(shop, { gates: [gate("lint", [noVar], { summary }), unit] }).problems).toEqual([
      `lint: ${summary}`,
    ])
  })

  test("unless that is what has to be said", () => {
    const expected = { ...shop, unjudged: { lint: "tsc was killed" } }
    const summary = "1 finding: 1 high; could not be judged: api: tsc was killed"
    expect(compare(expected, { gates: [gate("lint", [noVar], { summary }), unit] }).problems).toEqual([])
    expect(compare(expected, { gates: [gate("lint", [noVar]), unit] }).problems).toEqual([
      'lint does not say "tsc was killed": 1 findings',
    ])
  })

  test("where a gate refuses what should only be told", () => {
    const told = { ...shop, planted: [{ gate: "lint", rule: "hint", severity: "info" as const }] }
    const hint: Finding = { gate: "lint", rule: "hint", severity: "info", message: "", subject: "" }
    const passed = gate("unit", [])
    expect(compare(told, { gates: [gate("lint", [hint]), passed] })).toMatchObject({
      ...{ found: told.planted, problems: [] },
    })
    expect(compare(told, { gates: [gate("lint", [{ ...hint, severity: "high" }]), passed] })).toMatchObject({
      ...{ found: [], problems: ["lint: fail instead of pass: 1 findings"] },
    })
  })
})

describe("out/test/corpus.json", () => {
  const project = { ...shop, name: "shop" }
  const reportOf = (...lint: readonly Finding[]) =>
    corpusReport([{ project, comparison: judged(lint), seconds: 1 }], null)

  test("counts by gate, names what is missing and what was reported", () => {
    const report = reportOf(finding("lint", "no-var", "web/a.js", 5))
    expect(report).toMatchObject({
      ...{ planted: 2, found: 1, wrongGate: 0, clean: 1, falsePositives: 1 },
      missing: [{ project: "shop", gate: "lint", file: "web/a.js", line: 3 }],
      reported: [{ project: "shop", gate: "lint", place: "web/a.js:5", clean: "it is a text" }],
      perGate: { lint: { planted: 1, found: 0, falsePositives: 1 }, unit: { planted: 1, found: 1 } },
    })
    expect(isAsExpected(report)).toBe(false)
  })

  test("is as expected where all is found and nothing else", () => {
    expect(isAsExpected(reportOf(noVar))).toBe(true)
  })

  test("is not as expected where nothing was judged", () => {
    expect(isAsExpected(corpusReport([], null))).toBe(false)
  })

  test("is read by npm run cases as the tiers' results are", async () => {
    const root = await mkdtemp(join(tmpdir(), "signalbox-corpus-"))
    await mkdir(join(root, "out/test"), { recursive: true })
    await writeFile(join(root, "out/test/corpus.json"), JSON.stringify(reportOf(noVar)))
    const read = await readReport(root, "corpus")
    await rm(root, { recursive: true })
    expect(read?.cases.map(({ name, state }) => [name, state])).toEqual([
      ["corpus shop > lint finds no-var at web/a.js:3", "passed"],
      ["corpus shop > unit finds test-failed at web/a.test.js:9", "passed"],
      ["corpus shop > nothing that is clean is reported (1 look-alikes)", "passed"],
    ])
  })
})
