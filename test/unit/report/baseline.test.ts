/** A report of what is new alone: what was known before is shown, and counts nowhere. */
import type { Log } from "sarif"
import { expect, test } from "vitest"
import { toHtml, toJson, toJUnit, toMarkdown, toSarif } from "../../../src/report/index.ts"
import { finding, gate, report } from "./reports.ts"

const since = { since: "origin/main", commit: "0123456789abcdef0123456789abcdef01234567" }
const old = { ...finding, subject: "minimist@0.0.8", rule: "CVE-2020-7598", severity: "critical" as const }
const database = { name: "trivy-db", date: "2026-03-01", entries: 9000 }
const compared = gate({
  ...{ verdict: "fail", findings: [finding], database, summary: "1 finding: 1 high; 1 known before" },
  baseline: { known: [old], gone: 2 },
})
const data = report([compared], { baseline: since, partial: true })
const told =
  "Only what is new since origin/main (0123456789ab) counts: 1 finding known before. 2 findings of then are gone."

test("its head says since when, how many were known, and that it is no evidence", () => {
  for (const text of [toMarkdown(data), toHtml(data)]) {
    expect(text).toContain(told)
    expect(text).toContain("No evidence for a release.")
  }
})

test("what is new comes first, and what was known before behind it", () => {
  const markdown = toMarkdown(data)
  expect(markdown.indexOf("CVE-2020-7598")).toBeGreaterThan(markdown.indexOf("CVE-2021-23337"))
  expect(markdown).toContain("### vulnerabilities: 1 finding known before")
  expect(toHtml(data)).toContain("<details><summary>Known before (1)</summary>")
})

test("SARIF has both, each with its state", () => {
  const [run] = (JSON.parse(toSarif(data)) as Log).runs
  expect(run?.results?.map(({ ruleId, baselineState }) => [ruleId, baselineState])).toEqual([
    ["CVE-2021-23337", "new"],
    ["CVE-2020-7598", "unchanged"],
  ])
})

test("JSON has the identity of what was known, JUnit their number", () => {
  const [first] = JSON.parse(toJson(data)).gates
  expect(first.baseline.known).toMatchObject([
    { rule: "CVE-2020-7598", fingerprint: expect.stringMatching(/^sha256:/) },
  ])
  expect(toJUnit(data)).toContain('<property name="known before" value="1"/>')
})

test("a lookup in a database says all that it has found", () => {
  expect(toMarkdown(data)).toContain("2 of 9000 known in trivy-db of 2026-03-01, 1 known before")
})

test("where the base could not be judged, the report says that everything counts as new, and why", () => {
  const whole = report([gate()], {
    baseline: { ...since, unjudged: "signalbox.yaml is broken" },
    partial: true,
  })
  expect(toMarkdown(whole)).toMatch(
    /could not be judged, so that everything counts as new: signalbox.yaml is broken/,
  )
  const one = report([gate({ baseline: { known: [], gone: 0, unjudged: "npm ci failed" } })], {
    baseline: since,
  })
  expect(toMarkdown(one)).toMatch(/What was not found there counts as new: npm ci failed/)
  expect(toHtml(one)).toContain("what was not found there counts as new: npm ci failed")
})
