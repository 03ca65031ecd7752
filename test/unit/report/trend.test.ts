/** What a report shows beside an earlier release: it is told in the page and in Markdown, and changes no verdict. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type EarlierRelease, severities, trendOf } from "../../../src/domain/index.ts"
import { toHtml, toJson, toJUnit, toMarkdown, toSarif } from "../../../src/report/index.ts"
import { finding, gate, hostileReport, report } from "./reports.ts"

const earlier: EarlierRelease = {
  ...{ version: "1.3.0", date: "2026-02-01", unread: [] },
  gates: [
    { gate: "vulnerabilities", verdict: "fail", findings: { critical: 2, high: 1 }, figures: {} },
    { gate: "lint", verdict: "error", findings: { high: 7 }, figures: {} },
    { gate: "coverage", verdict: "pass", findings: {}, figures: { webPercent: 88, apiPercent: 90 } },
    { gate: "images", verdict: "pass", findings: {}, figures: { webBytes: 5_000_000, webLayers: 3 } },
  ],
}
const today = [
  gate({ verdict: "fail", findings: [finding, finding] }),
  gate({ gate: "lint", verdict: "fail", findings: [{ ...finding, gate: "lint" }] }),
  gate({ gate: "coverage", figures: { webPercent: 91.25, workerPercent: 70 } }),
  gate({ gate: "images", figures: { webBytes: 5_000_400 } }),
]
const data = report(today, { earlier })

describe("beside an earlier release", () => {
  test("Markdown and the page show findings by severity, coverage and sizes, then and now", () => {
    const rows = [
      ["critical findings", "2", "0", "−2"],
      ["high findings", "1", "2", "+1"],
      ["coverage of api", "90.00 %", "–", "gone"],
      ["coverage of web", "88.00 %", "91.25 %", "+3.25 %"],
      ["coverage of worker", "–", "70.00 %", "new"],
      ["size of web", "5.0 MB", "5.0 MB", "="],
    ]
    const [markdown, page] = [toMarkdown(data), toHtml(data)]
    expect(markdown).toContain("### Since release 1.3.0 of 2026-02-01")
    expect(page).toContain("<h2>Since release 1.3.0 of 2026-02-01</h2>")
    const cells = page.replaceAll(/<[^>]*>/g, "|").replaceAll(/\|+/g, "|")
    for (const row of rows) {
      expect(markdown).toContain(`| ${row.join(" | ")} |`)
      expect(cells).toContain(`|${row.join("|")}|`)
    }
  })

  test("what was not judged both times is in neither number, and named", () => {
    const note = "Findings of dependencies, lint, unit are in neither number"
    const other = { ...earlier, unread: ["unit"] }
    const beside = report([...today, gate({ gate: "dependencies" })], { earlier: other })
    for (const text of [toMarkdown(beside), toHtml(beside)]) expect(text).toContain(note)
    expect(trendOf(beside)?.lines.find(({ name }) => name === "high")).toMatchObject({ before: 1, now: 2 })
  })

  test("what the base of --since has, too, is still there", () => {
    const known = gate({ verdict: "pass", baseline: { known: [finding], gone: 0 } })
    expect(trendOf(report([known], { earlier }))?.lines).toContainEqual({
      ...{ what: "findings", name: "high", before: 1, now: 1 },
    })
  })

  test("without one, nothing is said of it; with one, JSON has what it said", () => {
    const alone = report(today)
    expect(trendOf(alone)).toBeUndefined()
    for (const text of [toMarkdown(alone), toHtml(alone)]) expect(text).not.toContain("Since release")
    expect(JSON.parse(toJson(alone))).not.toHaveProperty("earlier")
    expect(JSON.parse(toJson(data)).earlier).toEqual(earlier)
  })

  test("it changes neither verdict nor results: SARIF and JUnit are the same", () => {
    fc.assert(
      fc.property(hostileReport, ({ earlier: _, ...alone }) => {
        const beside = { ...alone, earlier }
        expect(toSarif(beside)).toBe(toSarif(alone))
        expect(toJUnit(beside)).toBe(toJUnit(alone))
      }),
      { numRuns: 50 },
    )
  })

  test("whatever both say, every number is one of them", () => {
    fc.assert(
      fc.property(hostileReport, (any) => {
        const trend = trendOf(any)
        if (trend === undefined) return
        const kinds = trend.lines.filter(({ what }) => what === "findings").map(({ name }) => name)
        expect(kinds).toEqual(severities.filter((one) => kinds.includes(one)))
        for (const { before, now } of trend.lines) expect([before, now]).not.toEqual([undefined, undefined])
      }),
    )
  })
})
