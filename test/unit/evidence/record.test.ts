import { describe, expect, it } from "vitest"
import {
  canonicalJson,
  contentDigest,
  type GateReportData,
  type GateResult,
  type ReleaseRecord,
  recordDigest,
  sha256,
  toJson,
  treeDigest,
} from "../../../src/domain/index.ts"
import {
  createRecord,
  type Expected,
  parseRecord,
  parseRecordOf,
  type RecordInput,
  verifyRecord,
} from "../../../src/evidence/index.ts"
import type { SigningKey } from "../../../src/evidence/signing/private-key.ts"
import { signed } from "../../../src/evidence/signing/sign.ts"
import {
  provenanceStatement,
  releaseStatement,
  unsignedEnvelope,
} from "../../../src/evidence/statements/index.ts"
import { assertWhole } from "../../../src/evidence/verify-record.ts"
import { gate, report as gateReport } from "../report/reports.ts"
import { signer } from "./signing/support.ts"

const lint = gate({ gate: "lint", summary: "0 findings", tools: [{ name: "eslint", version: "10.0.0" }] })
const chart = new Map([["Chart.yaml", "name: signalbox-app"]])
const now = "2026-01-02T12:00:00Z"
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
    chart: { name: "signalbox-app", version: "0.1.0", digest: treeDigest(chart) },
    gates: report(),
    builder: { name: "signalbox", version: "0.1.0", engine: "v0.21.7" },
    created: "2026-01-02T03:04:05Z",
    ...change,
  }
}

const builtFile = "statements/provenance.json"

/** The stored provenance of a record. */
function provenance(record: ReleaseRecord, key?: SigningKey): string {
  const invocation = { id: "call-1", actor: "anna", started: "2026-01-02T03:00:00Z" }
  const envelope = unsignedEnvelope(provenanceStatement(record, invocation))
  return JSON.stringify(key === undefined ? envelope : signed(envelope, key))
}

function stored(record: ReleaseRecord, gate: GateResult = lint): Map<string, Uint8Array> {
  const bytes = (value: unknown) => new TextEncoder().encode(canonicalJson(toJson(value)))
  return new Map([
    ["record.json", bytes(record)],
    ["chart/Chart.yaml", new TextEncoder().encode("name: signalbox-app")],
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

  it("V05 is read back with the policy that judged it", () => {
    const policy = {
      source: "base",
      ref: "refs/remotes/origin/main",
      branch: "main",
      hash: sha256("p"),
      extends: `registry.example/policy:7@${sha256("shared")}`,
    } as const
    const record = createRecord(parts({ gates: report({ policy }) }))
    expect(parseRecord(JSON.stringify(record))).toEqual(record)
    expect(record.policy).toEqual(policy)
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
    const checks = verifyRecord(files, { digest: recordDigest(record), date: now })
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    expect(checks.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([
        "1 required and run",
        "not required, fail: 1 finding",
        "skipped: web: off: no tests yet",
      ]),
    )
    files.set("gates/notes.json", new TextEncoder().encode(JSON.stringify({ ...warned, verdict: "pass" })))
    expect(verifyRecord(files, { date: now }).filter(({ ok }) => !ok)).toMatchObject([{ name: "gate notes" }])
  })

  it("is no evidence by itself: a report of such gates alone is refused", () => {
    expect(() => createRecord(parts({ gates: gateReport([warned, skipped]) }))).toThrow(/POLICY_REFUSED/)
    expect(() => createRecord(parts({ gates: gateReport([skipped]) }))).toThrow(/POLICY_REFUSED/)
  })
})

describe("the record stored for a version", () => {
  const text = JSON.stringify(createRecord(parts()))
  const of = (version: string, project = "shop") =>
    parseRecordOf(text, { version, project }, `r.example/shop/releases:v${version}`)

  it("is returned", () => {
    expect(of("1.4.0").version).toBe("1.4.0")
  })

  it("V05 is refused when it is that of another version, as after a tag was moved", () => {
    expect(() => of("2.0.0")).toThrow(
      /EVIDENCE_MISSING: the record stored for 2\.0\.0 is that of 1\.4\.0\n {2}where: r\.example.*\n.*rule record-tag: its tag/,
    )
  })

  it("V05 is refused when it is that of another project", () => {
    expect(() => of("1.4.0", "bank")).toThrow(/EVIDENCE_MISSING: .*project shop\n.*\n.*rule record-project/)
  })
})

describe("M010 a release of an image for two platforms", () => {
  const [web, api] = parts().images
  if (web === undefined || api === undefined) throw new Error("the parts have two images")
  const platforms = {
    "linux/amd64": { digest: sha256("web amd64"), bytes: 9 },
    "linux/arm64": { digest: sha256("web arm64"), bytes: 10 },
  }
  const index = { ...web, digest: sha256("web index"), platform: "linux/amd64,linux/arm64", platforms }
  const judged = gate({ gate: "images", summary: "", judged: { web: index.digest, api: api.digest } })
  const record = createRecord(
    parts({ images: [index, api], gates: gateReport([judged], { context: "release" }) }),
  )

  it("names the index, and each image by its platform; the one beside it is as it always was", () => {
    expect(record.images).toEqual([api, index])
    expect(parseRecord(canonicalJson(toJson(record)))).toEqual(record)
    expect(parseRecord(JSON.stringify(record)).images[0]).not.toHaveProperty("platforms")
  })

  it("is signed and told as its index: whoever pulls that gets one of the images that it names", () => {
    const statement = JSON.parse(releaseStatement(record))
    expect(statement.subject.map(({ name }: { name: string }) => name)).toEqual([
      "r.example/shop/api",
      "r.example/shop/web",
      "record.json",
    ])
    expect(statement.subject[1].digest.sha256).toBe(index.digest.slice(7))
    expect(statement.predicate.images[1].platforms).toEqual(platforms)
  })

  it("is refused where a gate judged one of its images alone", () => {
    const alone = gate({ gate: "images", summary: "", judged: { web: platforms["linux/amd64"].digest } })
    expect(() =>
      createRecord(parts({ images: [index], gates: gateReport([alone], { context: "release" }) })),
    ).toThrow(/not the one that the gate images judged/)
  })

  it("is damaged where the platforms are not those that it names", () => {
    const one = { ...index, platforms: { "linux/amd64": platforms["linux/amd64"] } }
    expect(() => parseRecord(JSON.stringify({ ...record, images: [one, api] }))).toThrow(/STATE_DAMAGED/)
  })

  const amd64 = platforms["linux/amd64"]
  it.each<[string, object]>([
    ["no image at all", { platform: "", platforms: {} }],
    ["one image, which is no index", { platform: "linux/amd64", platforms: { "linux/amd64": amd64 } }],
    ["two names in one", { platform: "a/b,c/d", platforms: { "a/b,c/d": amd64 } }],
    ["names without images", { platforms: undefined }],
    ["another size than its largest image has", { bytes: 9 }],
    ["a size below nothing", { platforms: { ...platforms, "linux/arm64": { ...amd64, bytes: -1 } } }],
  ])("is damaged with %s", (_, change) => {
    const images = [{ ...index, ...change }, api]
    expect(() => parseRecord(JSON.stringify({ ...record, images }))).toThrow(/STATE_DAMAGED/)
  })
})

describe("V05 the images that were judged", () => {
  const web = (digest: string) => gate({ ...lint, gate: "images", judged: { web: sha256(digest) } })

  it("are in the record, and are those that are released", () => {
    const record = createRecord(parts({ gates: report({ gates: [lint, web("web")] }) }))
    expect(record.gates[1]?.judged).toEqual({ web: sha256("web") })
    expect(recordDigest(parseRecord(JSON.stringify(record)))).toBe(recordDigest(record))
  })

  it("refuse a release of others: a build that was repeated gave another image", () => {
    expect(() => createRecord(parts({ gates: report({ gates: [lint, web("an earlier build")] }) }))).toThrow(
      /EVIDENCE_MISSING: the image of web is not the one that the gate images judged\n.*\n.*rule judged-digest/,
    )
  })
})

describe("verifying a record offline", () => {
  const record = createRecord(parts())

  it("passes for an unchanged record", () => {
    expect(
      verifyRecord(stored(record), { digest: recordDigest(record), date: now }).every((check) => check.ok),
    ).toBe(true)
  })

  it("finds another digest, a changed report and a missing report", () => {
    const names = (files: Map<string, Uint8Array>, claimed = recordDigest(record)) =>
      verifyRecord(files, { digest: claimed, date: now })
        .filter((check) => !check.ok)
        .map((check) => check.name)
    expect(names(stored(record), sha256("other"))).toEqual(["record digest"])
    expect(names(stored(record, { ...lint, summary: "nothing to see" }))).toEqual(["gate lint"])
    const without = stored(record)
    without.delete("gates/lint.json")
    expect(names(without)).toEqual(["gate lint"])
  })

  it("fails for a record without a required gate that was run", () => {
    const failed = verifyRecord(stored({ ...record, gates: [] }), { date: now }).filter(({ ok }) => !ok)
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
      verifyRecord(stored(withWaiver, waived), { date: `${date}T00:00:00Z` }).filter((check) => !check.ok)
    expect(failed("2026-02-01")).toEqual([])
    expect(failed("2026-02-02").map((check) => check.name)).toEqual(["waiver W1"])
  })

  describe("V05 finds", () => {
    const files = { "values/base.yaml": sha256("a: 1"), "smoke.yaml": sha256("checks: []") }
    const judged = gate({ ...lint, judged: { web: sha256("web") }, reports: { "eslint.json": sha256("[]") } })
    const whole = createRecord(parts({ files, gates: report({ gates: [judged] }) }))
    const bytes = (content: string) => new TextEncoder().encode(content)
    const release = (change: Readonly<Record<string, string | null>> = {}, of = whole) => {
      const all = stored(of, judged)
      all.set("values/base.yaml", bytes("a: 1"))
      all.set("smoke.yaml", bytes("checks: []"))
      all.set("reports/lint/eslint.json", bytes("[]"))
      for (const [path, content] of Object.entries(change))
        if (content === null) all.delete(path)
        else all.set(path, bytes(content))
      return all
    }
    const failures = (all: Map<string, Uint8Array>, more: Partial<Expected> = {}) =>
      verifyRecord(all, { date: now, ...more })
        .filter(({ ok }) => !ok)
        .map(({ name, rule }) => `${name} (${rule ?? "no rule"})`)

    it("nothing in a whole release", () => {
      expect(failures(release())).toEqual([])
    })

    it("sibling of V45: nothing in one whose reports are as publish stores them, with their keys in another order", () => {
      const image = `r.example/eslint@${sha256("eslint")}`
      const ofTool = { ...judged, tools: [{ name: "eslint", version: "10.0.0", image }] }
      const record = createRecord(parts({ files, gates: report({ gates: [ofTool] }) }))
      const all = release({ "gates/lint.json": canonicalJson(toJson(ofTool)) }, record)
      expect(failures(all)).toEqual([])
      expect(() => assertWhole(all, "r.example")).not.toThrow()
    })

    it.each([
      ["another value", { "values/base.yaml": "a: 2" }, ["values/base.yaml (record-files)"]],
      ["an easier smoke test", { "smoke.yaml": "checks: [ok]" }, ["smoke.yaml (record-files)"]],
      ["a smoke test that is gone", { "smoke.yaml": null }, ["smoke.yaml (record-files)"]],
      ["a load script that was put in", { "load.js": "x" }, ["load.js (record-files)"]],
      [
        "values that were put in",
        { "values/production.yaml": "a: 3" },
        ["values/production.yaml (record-files)"],
      ],
      ["another chart", { "chart/templates/x.yaml": "kind: Job" }, ["chart (record-files)"]],
      [
        "a tool's report that was changed",
        { "reports/lint/eslint.json": "[1]" },
        ["gate lint (gate-report)"],
      ],
    ] as const)("%s", (_, change, failed) => {
      expect(failures(release(change))).toEqual(failed)
    })

    it("an image that no gate judged", () => {
      const images = whole.images.map((image) => ({ ...image, digest: sha256(`evil ${image.component}`) }))
      expect(failures(release({}, { ...whole, images }))).toEqual(["gate lint of web (judged-digest)"])
    })

    it("a record of the future", () => {
      expect(failures(release({}, { ...whole, created: "2027-01-01T00:00:00Z" }))).toEqual([
        "date (future-date)",
      ])
    })

    it("a missing, a foreign and a wrong signature, and says so where none was asked for", async () => {
      const [ours, foreign] = [await signer("ours"), await signer("foreign")]
      const keys = [ours.trusted]
      const statement = (key: SigningKey, of = whole) =>
        JSON.stringify(signed(unsignedEnvelope(releaseStatement(of)), key))
      const path = "statements/release.json"
      const built = { [builtFile]: provenance(whole, ours.key) }
      expect(failures(release(), { keys })).toEqual(["signature (signed-record)"])
      expect(failures(release({ ...built, [path]: statement(foreign.key) }), { keys })).toEqual([
        "signature (signed-record)",
      ])
      const older = statement(ours.key, { ...whole, version: "1.3.0" })
      expect(failures(release({ ...built, [path]: older }), { keys })).toEqual(["signature (signed-record)"])
      expect(failures(release({ ...built, [path]: statement(ours.key) }), { keys })).toEqual([])
      expect(verifyRecord(release(), { date: now })).toContainEqual(
        expect.objectContaining({ unchecked: true, detail: "no key was given: the record is not signed" }),
      )
    })

    it("sibling of V05: a provenance that is gone, changed, of another record, or signed by another key", async () => {
      const [ours, foreign] = [await signer("ours"), await signer("foreign")]
      const keys = [ours.trusted]
      const path = "statements/release.json"
      const own = { [path]: JSON.stringify(signed(unsignedEnvelope(releaseStatement(whole)), ours.key)) }
      const held = (content: string | null) => failures(release({ ...own, [builtFile]: content }), { keys })
      expect(held(provenance(whole, ours.key))).toEqual([])
      expect(held(null)).toEqual(["provenance (no rule)"])
      expect(held(provenance({ ...whole, version: "1.3.0" }, ours.key))).toEqual(["provenance (no rule)"])
      expect(held(provenance(whole, foreign.key))).toEqual(["provenance (no rule)"])
      const envelope = JSON.parse(provenance(whole, ours.key)) as { payload: string }
      const text = Buffer.from(envelope.payload, "base64").toString().replace("v1.4.0", "v1.4.9")
      const changed = { ...envelope, payload: Buffer.from(text).toString("base64") }
      expect(held(JSON.stringify(changed))).toEqual(["provenance (no rule)"])
      const nothing = { ...envelope, payload: Buffer.from("[]").toString("base64") }
      expect(held(JSON.stringify(nothing))).toEqual(["provenance (no rule)"])
    })

    it.each([
      [
        "a key that is there twice",
        (text: string) => text.replace('"version":', '"version":"9.9.9","version":'),
      ],
      [
        "a key that is not known",
        (text: string) => text.replace('"source":{', '"source":{"approvedBy":"ciso",'),
      ],
      ["another form of the same text", (text: string) => JSON.stringify(JSON.parse(text), null, 2)],
    ])("sibling of V05: a record.json with %s is not what the record is addressed by", (_, change) => {
      const text = new TextDecoder().decode(release().get("record.json"))
      expect(change(text)).not.toBe(text)
      expect(failures(release({ "record.json": change(text) }))).toEqual(["record digest (no rule)"])
    })

    it.each(["{", "{}", "null", "[]", "\u0000", `${"[".repeat(200_000)}${"]".repeat(200_000)}`])(
      "sibling of V05: a gate's report that is none is a failed check, and never a crash: %.20s",
      (text) => {
        expect(failures(release({ "gates/lint.json": text }))).toEqual(["gate lint (gate-report)"])
        expect(() => assertWhole(release({ "gates/lint.json": text }), "r.example")).toThrow(
          /rule gate-report/,
        )
      },
    )

    it("sibling of V05: a record that says otherwise than its own gate's report", () => {
      const failed = { ...judged, verdict: "fail" as const }
      const [evidence] = whole.gates
      const forged = { ...whole, gates: [{ ...evidence, reportDigest: contentDigest(toJson(failed)) }] }
      const all = release({}, forged as ReleaseRecord)
      all.set("gates/lint.json", bytes(JSON.stringify(failed)))
      expect(failures(all)).toEqual(["gate lint (gate-report)"])
    })

    it.each(["never", "tomorrow", "99999-01-01", "2026-13-45", "2027-02-30", ""])(
      "sibling of V44: a waiver until %j has expired: what is no date would never end",
      (expires) => {
        const waiver = { id: "W1", owner: "ann", reason: "r", expires, fingerprint: sha256("x") }
        expect(failures(release({}, { ...whole, waivers: [waiver] }))).toEqual(["waiver W1 (no rule)"])
      },
    )

    it("sibling of V05: reports for people are named as not checked", () => {
      const all = release({ "reports/report.md": "99.99 %" })
      expect(verifyRecord(all, { date: now }).filter(({ name }) => name === "reports")).toEqual([
        {
          name: "reports",
          ok: true,
          unchecked: true,
          detail: "the record does not name it: reports/report.md",
        },
      ])
    })

    it.each(["gates/penetration-test.json", "statements/approval.json", "NOTICE.md", "record.json.sig"])(
      "sibling of V05: %s, which the record does not name, is told as not checked",
      (path) => {
        const checks = verifyRecord(release({ [path]: "{}" }), { date: now })
        expect(checks.filter(({ name }) => name === "others")).toEqual([
          { name: "others", ok: true, unchecked: true, detail: `the record does not name it: ${path}` },
        ])
        expect(verifyRecord(release(), { date: now }).filter(({ name }) => name === "others")).toEqual([])
      },
    )

    it("sibling of V05: a changed record contradicts its own statement, which needs no key to be seen", () => {
      const path = "statements/release.json"
      const unsigned = (of: typeof whole) => JSON.stringify(unsignedEnvelope(releaseStatement(of)))
      const commit = { ...whole, source: { ...whole.source, commit: "0".repeat(40) } }
      const held = (of: typeof whole) =>
        failures(release({ [path]: unsigned(of), [builtFile]: provenance(whole) }))
      expect(held(whole)).toEqual([])
      expect(held(commit)).toEqual(["signature (signed-record)"])
    })
  })

  it("says of an earlier version's record which files no digest covers", () => {
    const files = stored(record)
    files.set("smoke.yaml", new TextEncoder().encode("checks: []"))
    expect(verifyRecord(files, { date: now })).toContainEqual({
      name: "files",
      ok: true,
      unchecked: true,
      detail: "the record is of an earlier version: smoke.yaml",
    })
  })
})
