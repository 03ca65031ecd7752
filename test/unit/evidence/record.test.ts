import { describe, expect, it } from "vitest"
import {
  contentDigest,
  type GateReportData,
  type GateResult,
  type ReleaseRecord,
  recordDigest,
  sha256,
  toJson,
} from "../../../src/domain/index.ts"
import {
  createRecord,
  parseRecord,
  parseRecordOfVersion,
  type RecordInput,
  verifyRecord,
} from "../../../src/evidence/index.ts"
import { gate, report as gateReport } from "../report/reports.ts"

const lint = gate({ gate: "lint", summary: "0 findings", tools: [{ name: "eslint", version: "10.0.0" }] })
const report = (change: Partial<GateReportData> = {}) => gateReport([lint], { context: "release", ...change })

function parts(change: Partial<RecordInput> = {}): RecordInput {
  return {
    project: "shop",
    version: "v1.4.0",
    source: { commit: "c".repeat(40), tree: "d".repeat(40), tag: "v1.4.0" },
    images: [
      {
        component: "web",
        repository: "r.example/shop/web",
        digest: sha256("web"),
        platform: "linux/amd64",
        bytes: 10,
      },
      {
        component: "api",
        repository: "r.example/shop/api",
        digest: sha256("api"),
        platform: "linux/amd64",
        bytes: 10,
      },
    ],
    chart: { name: "signalbox-app", version: "0.1.0", digest: sha256("chart") },
    gates: report(),
    builder: { name: "signalbox", version: "0.1.0", engine: "v0.21.7" },
    created: "2026-01-02T03:04:05Z",
    ...change,
  }
}

function stored(record: ReleaseRecord, gate: GateResult = lint): Map<string, Uint8Array> {
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  return new Map([
    ["record.json", bytes(record)],
    ["gates/lint.json", bytes(gate)],
  ])
}

describe("a release record", () => {
  it("has a normalized version and images in a stable order", () => {
    const record = createRecord(parts())
    expect(record.version).toBe("1.4.0")
    expect(record.images.map((image) => image.component)).toEqual(["api", "web"])
    expect(recordDigest(record)).toBe(
      recordDigest(createRecord(parts({ images: [...parts().images].reverse() }))),
    )
  })

  it.each([
    ["failed gates", { gates: report({ verdict: "fail" }) }],
    ["gates that could not be judged", { gates: report({ verdict: "error" }) }],
    ["a partial report", { gates: report({ partial: true }) }],
    ["no image", { images: [] }],
  ])("is refused for %s", (_, change) => {
    expect(() => createRecord(parts(change))).toThrow(/POLICY_REFUSED/)
  })

  it("is equal after writing and reading", () => {
    const record = createRecord(parts())
    expect(parseRecord(JSON.stringify(record))).toEqual(record)
    expect(() => parseRecord('{"schemaVersion":1}')).toThrow(/STATE_DAMAGED/)
  })

  it("V09 V42 says that a tool was started by a script, and what a waiver accepts", () => {
    const tools = [{ name: "tsc", version: "6.0.3", script: "npm run typecheck" }]
    const waiver = {
      ...{ id: "C-1", owner: "team", reason: "new", expires: "2026-02-01", fingerprint: sha256("finding") },
      ...{ falsePositive: true as const, accepts: 75 },
    }
    const finding = { gate: "lint", rule: "r", severity: "high" as const, message: "m", subject: "s" }
    const waived = gate({ ...lint, tools, verdict: "waived", waived: [{ finding, waiver }] })
    const record = createRecord(parts({ gates: gateReport([waived], { context: "release" }) }))
    expect(record).toMatchObject({ gates: [{ tools }], waivers: [waiver] })
    const read = parseRecord(JSON.stringify(record))
    expect(recordDigest(read)).toBe(recordDigest(record))
  })
})

describe("a gate that did not block a release", () => {
  const warned = gate({ ...lint, gate: "notes", verdict: "fail", required: false, summary: "1 finding" })
  const skipped = gate({
    gate: "unit",
    verdict: "skipped",
    required: false,
    summary: "web: off: no tests yet",
    tools: [],
  })
  const record = createRecord(parts({ gates: gateReport([lint, warned, skipped], { context: "release" }) }))

  it("is in the record as a warning or skipped", () => {
    expect(record.gates).toMatchObject([
      { gate: "lint", verdict: "pass" },
      { gate: "notes", verdict: "fail", required: false },
      { gate: "unit", verdict: "skipped", required: false, summary: "web: off: no tests yet" },
    ])
    expect(record.gates[0]).not.toHaveProperty("required")
    expect(recordDigest(parseRecord(JSON.stringify(record)))).toBe(recordDigest(record))
  })

  it("is listed by the offline check, which finds a forged pass", () => {
    const files = new Map([
      ...stored(record),
      ...[warned, skipped].map(
        (one) => [`gates/${one.gate}.json`, new TextEncoder().encode(JSON.stringify(one))] as const,
      ),
    ])
    const checks = verifyRecord(files, recordDigest(record), "2026-01-02")
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    expect(checks.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([
        "1 required and run",
        "not required, fail: 1 finding",
        "skipped: web: off: no tests yet",
      ]),
    )
    files.set("gates/notes.json", new TextEncoder().encode(JSON.stringify({ ...warned, verdict: "pass" })))
    expect(verifyRecord(files, undefined, "2026-01-02").filter(({ ok }) => !ok)).toMatchObject([
      { name: "gate notes" },
    ])
  })

  it("is no evidence by itself: a report of such gates alone is refused", () => {
    expect(() => createRecord(parts({ gates: gateReport([warned, skipped]) }))).toThrow(/POLICY_REFUSED/)
    expect(() => createRecord(parts({ gates: gateReport([skipped]) }))).toThrow(/POLICY_REFUSED/)
  })
})

describe("the record stored for a version", () => {
  const text = JSON.stringify(createRecord(parts()))

  it("is returned", () => {
    expect(parseRecordOfVersion(text, "1.4.0", "r.example/shop/releases:v1.4.0").version).toBe("1.4.0")
  })

  it("is refused when it is that of another version, as after a tag was moved", () => {
    expect(() => parseRecordOfVersion(text, "2.0.0", "r.example/shop/releases:v2.0.0")).toThrow(
      /STATE_DAMAGED: the record stored for 2\.0\.0 is that of 1\.4\.0\n {2}where: r\.example/,
    )
  })
})

describe("verifying a record offline", () => {
  const record = createRecord(parts())

  it("passes for an unchanged record", () => {
    expect(verifyRecord(stored(record), recordDigest(record), "2026-01-02").every((check) => check.ok)).toBe(
      true,
    )
  })

  it("finds another digest, a changed report and a missing report", () => {
    const names = (files: Map<string, Uint8Array>, claimed = recordDigest(record)) =>
      verifyRecord(files, claimed, "2026-01-02")
        .filter((check) => !check.ok)
        .map((check) => check.name)
    expect(names(stored(record), sha256("other"))).toEqual(["record digest"])
    expect(names(stored(record, { ...lint, summary: "nothing to see" }))).toEqual(["gate lint"])
    const without = stored(record)
    without.delete("gates/lint.json")
    expect(names(without)).toEqual(["gate lint"])
  })

  it("fails for a record without a required gate that was run", () => {
    const failed = verifyRecord(stored({ ...record, gates: [] }), undefined, "2026-01-02").filter(
      ({ ok }) => !ok,
    )
    expect(failed.map((check) => check.name)).toEqual(["gates"])
  })

  it("finds a waiver that has expired since", () => {
    const waived = { ...lint, verdict: "waived" as const }
    const withWaiver: ReleaseRecord = {
      ...record,
      gates: [
        {
          ...record.gates[0],
          verdict: "waived",
          reportDigest: contentDigest(toJson(waived)),
        } as ReleaseRecord["gates"][0],
      ],
      waivers: [
        { id: "W1", owner: "ann", reason: "test only", expires: "2026-02-01", fingerprint: sha256("x") },
      ],
    }
    const failed = (date: string) =>
      verifyRecord(stored(withWaiver, waived), undefined, date).filter((check) => !check.ok)
    expect(failed("2026-02-01")).toEqual([])
    expect(failed("2026-02-02").map((check) => check.name)).toEqual(["waiver W1"])
  })
})
