import { readFileSync } from "node:fs"
import fc from "fast-check"
import { expect, test } from "vitest"
import { z } from "zod"
import { fingerprint, type GateReportData } from "../../../src/domain/index.ts"
import { gateReportSchema } from "../../../src/report/gates/schema.ts"
import { directory, readGateReport, toJson } from "../../../src/report/index.ts"
import { digest, finding, gate, hostileReport, report } from "./reports.ts"

test("findings carry the fingerprint that a waiver must match", () => {
  const parsed = JSON.parse(toJson(report([gate({ findings: [finding] })])))
  expect(parsed.gates[0].findings[0].fingerprint).toBe(fingerprint(finding))
})

test("reads back as the report that was written", () => {
  fc.assert(
    fc.property(hostileReport, (data) => {
      const text = toJson(data)
      expect(text).not.toMatch(/^\s*::|##\[/m)
      expect(JSON.parse(text) as GateReportData).toMatchObject(JSON.parse(JSON.stringify(data)))
    }),
  )
})

test("the directory has every format", () => {
  expect(Object.keys(directory(report([gate()])))).toEqual([
    "report.json",
    "report.md",
    "report.html",
    "report.sarif",
    "junit.xml",
  ])
})

/** The published schema, as other tools apply it; here it also refuses what it does not name. */
const published = z.fromJSONSchema(closed(JSON.parse(readFileSync("schema/report.schema.json", "utf8"))))

/** A schema that allows no keys but those that it names. */
function closed(value: Parameters<typeof z.fromJSONSchema>[0]): Parameters<typeof z.fromJSONSchema>[0] {
  const walk = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(walk)
    if (typeof node !== "object" || node === null) return node
    const members = Object.fromEntries(Object.entries(node).map(([key, member]) => [key, walk(member)]))
    return "properties" in members ? { ...members, additionalProperties: false } : members
  }
  return walk(value) as typeof value
}

const whole = report(
  [
    gate({
      ...{ title: "Known vulnerabilities", required: true, verdict: "fail", errors: ["api: crashed"] },
      onFail: "warn",
      tools: [{ name: "trivy", version: "0.74.0", script: "npm run scan", image: "unresolved" }],
      database: { name: "trivy-db", date: "2026-03-01", digest, source: "ghcr.io/x", entries: 9000 },
      judged: { web: digest },
      skipped: [{ component: "api", why: "off: REASON" }],
      findings: [{ ...finding, measured: { value: 80, better: "higher", unit: "%" } }],
      waived: [
        {
          finding,
          waiver: {
            ...{ id: "W-1", owner: "o", reason: "r", expires: "2027-01-01", fingerprint: digest },
            ...{ falsePositive: true, accepts: 75 },
          },
        },
      ],
      figures: { findings: 1 },
      cases: [{ name: "n", file: "f", state: "failed", seconds: 1, message: "m" }],
      reports: { "trivy.json": digest },
      changes: [{ path: "waivers", from: null, to: "x", stricter: true }],
      baseline: { known: [finding], gone: 1, unjudged: "why" },
    }),
  ],
  {
    ...{ partial: true, assumed: [{ setting: "project", value: "app", because: "b" }] },
    policy: {
      ...{ source: "base", ref: "refs/heads/main", commit: "0".repeat(40), branch: "main" },
      ...{ extends: "x", hash: digest, why: "w" },
    },
    affected: {
      ...{ since: "main", commit: "0".repeat(40), changed: 1, components: ["web"], others: [] },
      ...{ chart: false, everything: [] },
    },
    baseline: { since: "main", commit: "0".repeat(40), unjudged: "why" },
    notJudged: [{ gate: "charts", why: "w" }],
    staleWaivers: [{ id: "W-2", why: "expired", detail: "d" }],
  },
)

test("whatever is written is valid by the published schema, which names every key", () => {
  expect(published.safeParse(JSON.parse(toJson(whole))).error).toBeUndefined()
  fc.assert(
    fc.property(hostileReport, (data) => {
      expect(published.safeParse(JSON.parse(toJson(data))).error).toBeUndefined()
    }),
  )
})

test("the published schema refuses what is no report", () => {
  const written = JSON.parse(toJson(whole))
  for (const broken of [
    { ...written, verdict: "fine" },
    { ...written, gates: [{ gate: 1 }] },
    { ...written, extra: 1 },
  ])
    expect(published.safeParse(broken).success).toBe(false)
})

test("a written report is read back; what is none is not", () => {
  expect(readGateReport(toJson(whole))).toMatchObject(JSON.parse(JSON.stringify(whole)))
  for (const text of ["", "{}", "[]", '{"schemaVersion":2}', '{"schemaVersion":1,"gates":[{"gate":"lint"}]}'])
    expect(readGateReport(text)).toBeUndefined()
  expect(gateReportSchema.safeParse({ ...whole, ofTomorrow: true }).success).toBe(true)
})
