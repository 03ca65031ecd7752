import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { toMarkdown } from "../../../src/report/index.ts"
import { escapeHtml, escapeMarkdown, escapeXml, oneLine, readable } from "../../../src/report/text.ts"
import { finding, gate, hostileReport, report, skeleton, tamed } from "./reports.ts"

describe("the summary", () => {
  test("shows verdict, gates, findings and fixes", () => {
    const failed = gate({ verdict: "fail", summary: "1 finding", findings: [finding] })
    expect(toMarkdown(report([failed, gate({ gate: "lint" })]))).toBe(`## ✗ Gates of shop: fail

Context branch, 2026-03-01.

| Gate | Verdict | Why | Findings | Tool |
| --- | --- | --- | --- | --- |
| vulnerabilities | ✗ fail | 1 finding | 1 high | trivy 0.74.0 |
| lint | ✓ pass | no finding counts | 0 | trivy 0.74.0 |

### vulnerabilities: 1 finding

| Severity | Where | Rule | What | Fix |
| --- | --- | --- | --- | --- |
| high | backend/package-lock.json:12 | CVE-2021-23337 | Command injection in lodash | upgrade to lodash 4.17.21 |
`)
  })

  test("never says that there are no vulnerabilities, but names the database that was searched", () => {
    const database = { name: "trivy-db", date: "2026-02-28", entries: 21 }
    expect(toMarkdown(report([gate({ database })]))).toContain("none of 21 known in trivy-db of 2026-02-28")
    expect(toMarkdown(report([gate({ database, findings: [finding] })]))).toContain(
      "1 of 21 known in trivy-db of 2026-02-28",
    )
    expect(toMarkdown(report([gate({ database, verdict: "error" })]))).toContain(
      "not looked up in trivy-db of 2026-02-28",
    )
  })

  test("lists what was waived, by whom and until when, and which waivers are to be removed", () => {
    const waiver = { id: "W-1", owner: "platform", reason: "unreachable", expires: "2027-01-01" }
    const gates = [
      gate({
        verdict: "waived",
        waived: [{ finding, waiver: { ...waiver, fingerprint: `sha256:${"b".repeat(64)}` } }],
      }),
    ]
    const text = toMarkdown(report(gates, { staleWaivers: [{ id: "W-2", why: "expired" }] }))
    expect(text).toContain(
      "| W-1 | vulnerabilities CVE-2021-23337 lodash\\@4.17.20 | platform | unreachable | 2027-01-01 |",
    )
    expect(text).toContain("- W-2: expired")
  })

  test("V42 says which number a waiver accepts, and why another one lets nothing through", () => {
    const waiver = { id: "W-1", owner: "platform", reason: "new code", expires: "2027-01-01", accepts: 75 }
    const use = { ...waiver, falsePositive: true as const, fingerprint: `sha256:${"b".repeat(64)}` as const }
    const detail = "it holds until 9999-12-31"
    const stale = { staleWaivers: [{ id: "W-2", why: "term-too-long" as const, detail }] }
    const text = toMarkdown(report([gate({ verdict: "waived", waived: [{ finding, waiver: use }] })], stale))
    expect(text).toContain("| new code (false positive, accepts 75) |")
    expect(text).toContain("- W-2: term-too-long: it holds until 9999-12-31")
  })

  test("sibling of G13: a system past its end is no entry of the database", () => {
    const database = { name: "trivy-db", date: "2026-02-28", entries: 21 }
    const ended = { ...finding, rule: "system-end-of-life" }
    expect(toMarkdown(report([gate({ database, findings: [ended] })]))).toContain("none of 21 known in")
  })

  test("has warnings of gates that are not required and skipped gates in its first lines", () => {
    const gates = [
      gate({ gate: "lint" }),
      gate({ verdict: "error", required: false, summary: "could not be judged: no database" }),
      gate({
        gate: "unit",
        verdict: "skipped",
        required: false,
        summary: "web: no script coverage or test",
        tools: [],
      }),
    ]
    const text = toMarkdown(report(gates, { context: "fork" }))
    expect(text).toContain("## ✓ Gates of shop: pass, 1 warning, 1 skipped\n")
    expect(text).toContain("**Did not pass, but not required for fork:** vulnerabilities (error).")
    expect(text).toContain("| vulnerabilities | ⚠ warning: error | could not be judged: no database |")
    expect(text).toContain("| unit | – skipped | web: no script coverage or test |")
    expect(toMarkdown(report([gate()]))).not.toMatch(/warning|skipped/i)
  })

  test("says of a partial report that it is no evidence", () => {
    expect(toMarkdown(report([gate()], { partial: true }))).toContain("no evidence for a release")
  })

  test("stays below 1 MiB and says what it left out", () => {
    const findings = Array.from({ length: 30_000 }, (_, index) => ({
      ...finding,
      message: "ü".repeat(3000),
      subject: `${index}`,
    }))
    const gates = ["secrets", "vulnerabilities", "lint", "typecheck", "unit", "coverage", "charts"].map(
      (name) => gate({ gate: name, verdict: "fail", findings }),
    )
    const text = toMarkdown(report(gates))
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024)
    const rows = text.split("\n").filter((line) => line.startsWith("| high")).length
    expect(text).toContain(
      `${(7 * 30_000 - rows).toLocaleString("en-US")} lines are left out here; report.json has them all.`,
    )
    const small = toMarkdown(report(gates), 4000)
    expect(Buffer.byteLength(small)).toBeLessThanOrEqual(4000)
    expect(small).toContain("lines are left out here")
  })
})

describe("hostile text", () => {
  test("changes nothing of the page's structure", () => {
    fc.assert(
      fc.property(hostileReport, (data) => {
        const text = toMarkdown(data)
        expect(skeleton(text)).toEqual(skeleton(toMarkdown(tamed(data))))
      }),
      { numRuns: 300 },
    )
  })

  test("begins no line and hides no command for a CI log", () => {
    fc.assert(
      fc.property(hostileReport, (data) => {
        const text = toMarkdown(data)
        expect(text).not.toMatch(/^\s*::/m)
        expect(text).not.toContain("##[")
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
        expect(text.isWellFormed()).toBe(true)
      }),
    )
  })
})

test.each([
  "\u00ad",
  "\u061c",
  "\u180e",
  "\u2060",
  "\u2064",
  "\u206f",
  "\ufff9",
  "\u{e0041}",
  "\u202e",
  "\u009b",
  "\u0085",
])("sibling of V40: %j is shown in every kind of report, and turns or hides nothing", (character) => {
  for (const shown of [readable, oneLine, escapeMarkdown, escapeHtml, escapeXml])
    expect(shown(`a${character}b`)).toMatch(/^a(?:\\{1,2}u[0-9a-f]{4}){1,2}b$/)
})
