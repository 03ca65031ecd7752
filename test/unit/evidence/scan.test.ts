/** A release is judged again without a new version: the statement is about its digests, and about nothing else. */
import { describe, expect, test } from "vitest"
import { evidenceRefusals } from "../../../src/deploy/plan/index.ts"
import {
  Duration,
  type GateEvidence,
  type GateReportData,
  isScanOf,
  type ReleaseRecord,
  sha256,
  withScan,
} from "../../../src/domain/index.ts"
import {
  agedGates,
  gatesToJudge,
  isJudged,
  isUnderItsKey,
  newestScanKey,
  parseScan,
  scanKey,
  scanStatement,
} from "../../../src/evidence/index.ts"

const image = `registry.example/trivy@${sha256("trivy")}`
const tools = [{ name: "trivy", version: "1", image }]
const gate = (date: string, more: Partial<GateEvidence> = {}): GateEvidence => ({
  ...{ gate: "vulnerabilities", verdict: "pass", summary: "", tools, reportDigest: sha256(date) },
  ...{ database: { name: "trivy-db", date }, ...more },
})
const record = {
  ...{ schemaVersion: 1, project: "shop", version: "1.0.0", source: { commit: "c", tree: "t" } },
  images: [{ component: "web", repository: "r", digest: sha256("web"), platform: "linux/amd64", bytes: 1 }],
  chart: { name: "c", version: "1", digest: sha256("chart") },
  gates: [
    gate("2026-03-06T00:00:00Z"),
    { ...gate("x"), gate: "unit", database: undefined } as unknown as GateEvidence,
  ],
  policy: { source: "base", commit: "a".repeat(40), branch: "main", hash: sha256("policy") },
  ...{ waivers: [], builder: { name: "s", version: "1", engine: "1" }, created: "2026-03-06T01:00:00Z" },
} as ReleaseRecord

const report = (date: string, verdict: "pass" | "fail" = "pass") =>
  ({
    ...{
      schemaVersion: 1,
      project: "shop",
      date,
      context: "release",
      partial: true,
      verdict,
      staleWaivers: [],
    },
    gates: [{ ...gate(date, { verdict }), findings: [], waived: [], figures: {}, reports: {} }],
  }) as unknown as GateReportData

const monday = "2026-03-09T12:00:00Z"
const production = {
  ...{ name: "production", protected: true, requiredGates: ["vulnerabilities"], date: monday },
  protectedBranches: ["main"],
  acceptedDatabases: [{ name: "trivy-db", maxAge: new Duration("24h") }],
}
const refused = (evidence: ReleaseRecord) =>
  evidenceRefusals(evidence, { ...production, environment: production }).map(({ detail }) => detail)
const scanned = (date: string, verdict?: "pass" | "fail") =>
  scanStatement(record, report(date, verdict), { web: sha256("web") }, monday)

describe("V11 a database that grew too old while an approval waited", () => {
  test("V11 the message names what works", () => {
    expect(refused(record)).toMatchObject([
      {
        what: "the database trivy-db is too old",
        next: expect.stringContaining("dagger call publish --version 1.0.0"),
      },
    ])
  })

  test("V11 the same digests, judged again by the database of now, are accepted", () => {
    expect(agedGates(record, [production], monday)).toEqual(["vulnerabilities"])
    const later = withScan(record, scanned("2026-03-09T06:00:00Z"))
    expect(refused(later)).toEqual([])
    expect(agedGates(later, [production], monday)).toEqual([])
    expect(later.gates.map((one) => one.gate)).toEqual(["vulnerabilities", "unit"])
  })

  test("V11 what the newer database finds refuses", () => {
    const later = withScan(record, scanned("2026-03-09T06:00:00Z", "fail"))
    expect(refused(later)[0]).toMatchObject({ what: "gate vulnerabilities says fail" })
  })

  test("sibling of V11: a refusal is judged again by the next call, and an error is no statement", () => {
    const later = withScan(record, scanned("2026-03-09T06:00:00Z", "fail"))
    expect(gatesToJudge(later, [production], monday)).toEqual(["vulnerabilities"])
    expect(gatesToJudge(withScan(record, scanned("2026-03-09T06:00:00Z")), [production], monday)).toEqual([])
    expect(isJudged(report(monday, "fail"))).toBe(true)
    expect(isJudged({ ...report(monday), gates: [{ verdict: "error" }] } as unknown as GateReportData)).toBe(
      false,
    )
  })

  test("sibling of V11: an older judgement never replaces a newer one", () => {
    expect(withScan(record, scanned("2026-03-01T00:00:00Z", "fail")).gates).toEqual(record.gates)
    expect(withScan(record, scanned("lately", "fail")).gates).toEqual(record.gates)
  })

  test("the security score is the one with what the newer database finds, also where that gate itself only warns", () => {
    const score = (verdict: "pass" | "fail"): GateEvidence => ({
      ...{ gate: "security", verdict, summary: "", tools: [], reportDigest: sha256(verdict) },
    })
    const [first, ...others] = record.gates
    if (first === undefined) throw new Error("the record has no gate")
    const warned: GateEvidence = { ...first, verdict: "fail", onFail: "warn" }
    const before = { ...record, gates: [warned, ...others, score("pass")] }
    const judged = (date: string): GateReportData => {
      const again = report(date, "fail")
      const result = { ...score("fail"), findings: [], waived: [], figures: {}, reports: {} }
      return { ...again, gates: [...again.gates, result] }
    }
    const rejudged = (date: string) =>
      withScan(before, scanStatement(before, judged(date), { web: sha256("web") }, monday))
    const later = rejudged("2026-03-09T06:00:00Z")
    expect(later.gates.map(({ gate: name, verdict }) => [name, verdict])).toEqual([
      ["vulnerabilities", "fail"],
      ["unit", "pass"],
      ["security", "fail"],
    ])
    const environment = { ...production, warningGates: ["vulnerabilities"] }
    const refusals = evidenceRefusals(later, { ...environment, environment: production })
    expect(refusals[0]?.detail.what).toBe("gate security says fail")
    // A judgement by an older database says nothing new, and so does its score.
    expect(rejudged("2026-03-01T00:00:00Z").gates.at(-1)?.verdict).toBe("pass")
  })

  test("sibling of V11: a statement is about one record and all of its images", () => {
    const scan = scanned("2026-03-09T06:00:00Z")
    expect(isScanOf(scan, record)).toBe(true)
    expect(isScanOf(scan, { ...record, project: "other" })).toBe(false)
    expect(isScanOf({ ...scan, images: { web: sha256("other") } }, record)).toBe(false)
    expect(isScanOf({ ...scan, images: {} }, record)).toBe(false)
  })

  test("sibling of V11: a commit that builds to other images cannot speak for the release", () => {
    for (const built of [{ web: sha256("other") }, {}])
      expect(() => scanStatement(record, report(monday), built, monday)).toThrow(
        expect.objectContaining({ code: "POLICY_REFUSED" }),
      )
  })

  test("sibling of V11: keys sort by time, and those of a pre-release are another version's", () => {
    const [first, second] = [
      scanKey("v1.0.0", "2026-03-08T12:00:00Z", "aaaaaaaa-b"),
      scanKey("v1.0.0", monday, "00000000-b"),
    ]
    const candidate = scanKey("v1.0.0-rc.1", "2026-03-10T12:00:00Z", "cccccccc-d")
    expect(newestScanKey("v1.0.0", [second, first, candidate, "v1.0.0-x"])).toBe(second)
    expect(newestScanKey("v1.0.0", [candidate])).toBeUndefined()
  })

  test("what is stored is read back, and nothing else is", () => {
    const scan = scanned("2026-03-09T06:00:00Z")
    expect(parseScan(JSON.stringify(scan), "r")).toEqual(scan)
    for (const text of ["", "{}", JSON.stringify({ ...scan, gates: 3 })])
      expect(() => parseScan(text, "r")).toThrow(expect.objectContaining({ code: "STATE_DAMAGED" }))
  })
})

test("sibling of V11: a statement that was copied to a later key does not hide what was found since", () => {
  const date = "2026-03-09T08:00:00Z"
  expect(isUnderItsKey(scanKey("v1.0.0", date, "aaaaaaaa-b"), "v1.0.0", { date })).toBe(true)
  const later = scanKey("v1.0.0", "2026-03-10T08:00:00Z", "aaaaaaaa-b")
  expect(isUnderItsKey(later, "v1.0.0", { date })).toBe(false)
})
