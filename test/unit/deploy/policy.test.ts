import { describe, expect, test } from "vitest"
import { parseManifests } from "../../../src/chart/index.ts"
import {
  contentRefusals,
  evidenceRefusals,
  holdRefusal,
  promotionRefusal,
  throwRefusals,
} from "../../../src/deploy/plan/index.ts"
import { driverRequest } from "../../../src/deploy/request.ts"
import { append, emptyLedger, hold, type StoredLedger } from "../../../src/deploy/state/index.ts"
import {
  Duration,
  type GateEvidence,
  type LedgerEntry,
  type PolicyIdentity,
  type ReleaseRecord,
  SignalboxError,
  sha256,
} from "../../../src/domain/index.ts"
import { environmentOf, manifestOf, setOf, settings } from "./support/sets.ts"

const date = "2026-03-10T12:00:00Z"
const toolImage = `registry.example/trivy@${sha256("trivy")}`

function gate(name: string, more: Partial<GateEvidence> = {}): GateEvidence {
  const tools = [{ name: "trivy", version: "1", image: toolImage }]
  return { gate: name, verdict: "pass", summary: "fine", tools, reportDigest: sha256(name), ...more }
}

const ofMain: PolicyIdentity = {
  source: "base",
  ref: "refs/remotes/origin/main",
  commit: "a".repeat(40),
  branch: "main",
  hash: sha256("policy"),
}

function record(
  gates: readonly GateEvidence[],
  waivers: ReleaseRecord["waivers"] = [],
  version = "1.0.0",
  policy: ReleaseRecord["policy"] | null = ofMain,
): ReleaseRecord {
  return { version, gates, waivers, ...(policy === null ? {} : { policy }) } as unknown as ReleaseRecord
}

function judge(candidate: ReleaseRecord, more: { protected?: boolean; named?: string[] } = {}) {
  return evidenceRefusals(candidate, {
    environment: environmentOf({
      name: "production",
      protected: more.protected ?? true,
      acceptedDatabases: [{ name: "trivy-db", maxAge: "24h" }],
    }),
    requiredGates: ["unit", "vulnerabilities"],
    namedGates: more.named ?? [],
    protectedBranches: ["main", "release/1.4"],
    date,
  }).map((error) => `${error.code}: ${error.detail.what}`)
}

const database = (name: string, day: string) => ({ database: { name, date: day } })
const complete = [gate("unit"), gate("vulnerabilities", database("trivy-db", "2026-03-10T00:00:00Z"))]

describe("V03 V04 the policy that a release was judged by", () => {
  const judgedBy = (policy: ReleaseRecord["policy"] | null, more = {}) =>
    judge(record(complete, [], "1.0.0", policy), more)
  const refused = ["POLICY_REFUSED: release 1.0.0 was not judged by the policy of a protected branch"]
  const { branch: _branch, ...ofNoBranch } = ofMain

  test.each<[string, ReleaseRecord["policy"]]>([
    ["that of a protected branch", ofMain],
    ["that of a maintenance line", { ...ofMain, branch: "release/1.4" }],
    ["its own, approved by its hash", { ...ofMain, source: "approved" }],
  ])("is enough for a protected environment: %s", (_name, policy) => {
    expect(judgedBy(policy)).toEqual([])
  })

  test.each<[string, ReleaseRecord["policy"] | null]>([
    ["its own, without a base", { source: "own", hash: ofMain.hash, why: "no remote" }],
    ["its own, for the base has none", { ...ofMain, source: "first" }],
    ["that of a branch that is not protected", { ...ofMain, branch: "release/1" }],
    ["that of a commit or a local branch", ofNoBranch],
    ["not recorded", null],
  ])("is refused by a protected environment, and taken by others: %s", (_name, policy) => {
    expect(judgedBy(policy)).toEqual(refused)
    expect(judgedBy(policy, { protected: false })).toEqual([])
  })
})

describe("evidence for a protected environment", () => {
  test("complete, fresh, by digest: accepted", () => {
    expect(judge(record(complete))).toEqual([])
  })

  test.each<[string, readonly GateEvidence[], RegExp]>([
    ["none at all", [], /EVIDENCE_MISSING: evidence is missing for: unit, vulnerabilities/],
    ["a gate missing", [gate("vulnerabilities")], /missing for: unit/],
    ["a gate skipped", [...complete.slice(1), gate("unit", { verdict: "skipped" })], /missing for: unit/],
    ["a gate failed", [...complete, gate("lint", { verdict: "fail" })], /gate lint says fail/],
    ["a gate in error", [...complete, gate("lint", { verdict: "error" })], /gate lint says error/],
    [
      "a database that is not accepted",
      [gate("unit"), gate("vulnerabilities", database("signalbox-fixture", "2026-03-10T00:00:00Z"))],
      /POLICY_REFUSED: production does not accept the database signalbox-fixture/,
    ],
    [
      "a database that is too old",
      [gate("unit"), gate("vulnerabilities", database("trivy-db", "2026-03-09T11:59:59Z"))],
      /POLICY_REFUSED: the database trivy-db is too old/,
    ],
    [
      "a database of days to come, which would never grow too old",
      [gate("unit"), gate("vulnerabilities", database("trivy-db", "2026-03-12T00:00:00Z"))],
      /POLICY_REFUSED: the database trivy-db is dated in the future/,
    ],
    [
      "a database without a readable date",
      [gate("unit"), gate("vulnerabilities", database("trivy-db", "lately"))],
      /too old/,
    ],
    [
      "a tool that is not named by digest",
      [...complete, gate("lint", { tools: [{ name: "eslint", version: "9", image: "unresolved" }] })],
      /tools are not named by digest/,
    ],
  ])("%s: refused", (_name, gates, why) => {
    expect(judge(record(gates)).join("\n")).toMatch(why)
  })

  test("of a gate that had nothing to judge is its reason, as the release recorded it", () => {
    const skipped = gate("unit", {
      verdict: "skipped",
      required: false,
      summary: "web: no script coverage",
      tools: [],
    })
    expect(judge(record([skipped, ...complete.slice(1)]))).toEqual([])
  })

  test("sibling of V09: a gate that was skipped is no evidence where signalbox.yaml requires it by name", () => {
    const skipped = gate("unit", {
      verdict: "skipped",
      required: false,
      summary: "web: no script",
      tools: [],
    })
    const release = record([skipped, ...complete.slice(1)])
    expect(judge(release, { named: ["vulnerabilities"] })).toEqual([])
    expect(judge(release, { named: ["unit"] })).toEqual(["EVIDENCE_MISSING: evidence is missing for: unit"])
  })

  test("is not asked of gates that neither the release nor the environment requires", () => {
    const loose = { tools: [{ name: "new", version: "1", image: "unresolved" }] }
    for (const verdict of ["fail", "error"] as const) {
      const warned = gate("notes", { verdict, required: false, ...loose, ...database("other-db", "lately") })
      expect(judge(record([...complete, warned]))).toEqual([])
      expect(judge(record([...complete, { ...warned, required: true }]))).not.toEqual([])
    }
  })

  test("a gate that only warned for the release is refused where it is required now", () => {
    const warned = gate("unit", { verdict: "fail", required: false })
    expect(judge(record([warned, ...complete.slice(1)])).join("\n")).toMatch(/gate unit says fail/)
    const old = gate("unit", { required: false, tools: [{ name: "x", version: "1", image: "unresolved" }] })
    expect(judge(record([old, ...complete.slice(1)])).join("\n")).toMatch(/tools are not named by digest/)
  })

  test.each(["1.0.0-rc.1", `0.0.0-g${"c".repeat(40)}`])("a pre-release: %s is refused", (version) => {
    expect(judge(record(complete, [], version))).toEqual([`POLICY_REFUSED: ${version} is a pre-release`])
    expect(judge(record(complete, [], version), { protected: false })).toEqual([])
  })

  test("a version with build metadata is a release", () => {
    expect(judge(record(complete, [], "1.0.0+rc-1"))).toEqual([])
  })

  test("an expired waiver: refused", () => {
    const waiver = { id: "w1", owner: "ann", reason: "r", expires: "2026-03-09", fingerprint: sha256("f") }
    expect(judge(record(complete, [waiver]))).toEqual(["EVIDENCE_MISSING: waiver w1 has expired"])
    expect(judge(record(complete, [{ ...waiver, expires: "2026-03-10" }]))).toEqual([])
  })

  test.each(["never", "tomorrow", "99999-01-01", "2026-3-11", "2026-13-45"])(
    "sibling of V44: a waiver until %j: refused, what is no date would never end",
    (expires) => {
      const waiver = { id: "w1", owner: "ann", reason: "r", expires, fingerprint: sha256("f") }
      expect(judge(record(complete, [waiver]))).toEqual(["EVIDENCE_MISSING: waiver w1 has expired"])
    },
  )
})

describe("evidence for other environments", () => {
  test("may be missing, but a bad verdict and a foreign database are refused", () => {
    expect(judge(record([]), { protected: false })).toEqual([])
    expect(judge(record([gate("unit", { verdict: "fail" })]), { protected: false })).toHaveLength(1)
    expect(
      judge(record([gate("vulnerabilities", database("signalbox-fixture", date))]), { protected: false }),
    ).toHaveLength(1)
  })
})

describe("promotion", () => {
  const set = setOf("1.0.0")

  function ledger(outcome: LedgerEntry["outcome"] = "verified", at = "2026-03-09T00:00:00Z"): StoredLedger {
    return append(emptyLedger("staging"), {
      operation: "op",
      kind: "deploy",
      fence: 1,
      at,
      by: "ann",
      set,
      revision: 1,
      outcome,
      planHash: sha256("plan"),
    })
  }

  const environment = environmentOf({ name: "production", promotesFrom: "staging" })
  const unsigned = { cluster: "uid-1", statements: [] }
  const refusal = (from: StoredLedger | null, target = set) =>
    promotionRefusal(target, {
      environment,
      promotion: { from: "staging", ledger: from, verificationTtl: new Duration("7d"), ...unsigned },
      signingKeys: [],
      date,
    })?.detail.why ?? null

  test("with an unexpired verification of exactly these digests: accepted", () => {
    expect(refusal(ledger())).toBeNull()
  })

  test("values may differ between environments, images, chart and record may not", () => {
    expect(refusal(ledger(), setOf("1.0.0", { values: sha256("v"), manifests: sha256("m") }))).toBeNull()
    expect(refusal(ledger(), setOf("1.0.0", { images: { web: sha256("other") } }))).toMatch(/never deployed/)
    expect(refusal(ledger(), setOf("1.0.0", { chart: sha256("other") }))).toMatch(/never deployed/)
    expect(refusal(ledger(), setOf("1.0.0", { record: sha256("other") }))).toMatch(/never deployed/)
  })

  test("expired, revoked by a later failure, held, or never there: refused", () => {
    expect(refusal(ledger("verified", "2026-03-03T11:59:59Z"))).toMatch(/expired on 2026-03-10T11:59:59/)
    expect(refusal(ledger("verified", "the other day"))).toMatch(/cannot be read: the other day/)
    expect(refusal(ledger("rolled-back"))).toMatch(/rolled-back/)
    const { sequence: _s, previous: _p, ...entry } = ledger().entries[0] as LedgerEntry
    expect(refusal(append(ledger(), { ...entry, outcome: "failed", operation: "op-2" }))).toMatch(/failed/)
    expect(refusal(hold(ledger(), set, null, { since: date, reason: "bad", operation: "op" }))).toMatch(
      /held there/,
    )
    expect(refusal(emptyLedger("staging"))).toMatch(/never deployed/)
    expect(refusal(null)).toMatch(/nothing was ever deployed/)
  })

  test("V05 a ledger typed by hand with a verification of the year 2099 is refused", () => {
    expect(refusal(ledger("verified", "2099-01-01T00:00:00Z"))).toMatch(/dated in the future/)
  })

  test("V44 a verification of the future is refused, whatever clock dated it", () => {
    expect(refusal(ledger("verified", "2027-03-10T12:00:00Z"))).toMatch(
      /rule future-date: .*2027-03-10T12:00:00Z.*now is 2026-03-10T12:00:00Z/,
    )
    expect(refusal(ledger("verified", "2026-03-10T12:05:01Z"))).toMatch(/future-date/)
    // Clocks of machines that synchronize differ by less.
    expect(refusal(ledger("verified", "2026-03-10T12:04:00Z"))).toBeNull()
  })

  test("the ledger of another environment proves nothing", () => {
    const promotion = {
      from: "development",
      ledger: ledger(),
      verificationTtl: new Duration("9d"),
      ...unsigned,
    }
    expect(promotionRefusal(set, { environment, promotion, date, signingKeys: [] })?.detail.why).toMatch(
      /was not given/,
    )
    expect(promotionRefusal(set, { environment, promotion: null, date, signingKeys: [] })?.code).toBe(
      "EVIDENCE_MISSING",
    )
    expect(refusal({ ...ledger(), environment: "development" })).toMatch(/is that of development/)
  })

  test("an environment that promotes from nowhere needs none", () => {
    expect(
      promotionRefusal(set, { environment: environmentOf(), promotion: null, date, signingKeys: [] }),
    ).toBeNull()
  })
})

describe("what a release carries", () => {
  const asked = (more: Record<string, unknown> = {}) =>
    driverRequest.parse({
      ...{ schemaVersion: 1, project: "test", environment: settings(), components: {} },
      ...{ holder: { who: "anna", id: "1" }, operation: "op", date, values: ["base.yaml"] },
      ...more,
    })
  const target = (manifest: string, values: readonly string[] = []) => ({
    set: setOf("1.0.0"),
    manifest,
    objects: parseManifests(manifest),
    crds: "",
    valueFiles: [],
    valueTexts: values,
  })
  const check = (manifest: string, values: readonly string[] = [], chart = new Map<string, Uint8Array>()) =>
    contentRefusals(target(manifest, values), chart, asked()).map((error) => error.detail.why ?? "")

  test("nothing secret: accepted", () => {
    expect(check(manifestOf("1.0.0"), ["replicas: 2\n"])).toEqual([])
  })

  test("a filled Secret, a placeholder, a password in values: all named at once, none quoted", () => {
    const secret = `apiVersion: v1
kind: Secret
metadata: { name: db }
data: { password: aHVudGVyMg==, later: ${Buffer.from("CHANGE_ME").toString("base64")} }
`
    const [why = ""] = check(secret, ["db: { password: hunter2 }\n"])
    expect(why).toMatch(/db\.password carries a value/)
    expect(why).toMatch(/Secret\/db carries a value for password/)
    expect(why).toMatch(/data\.later is still CHANGE_ME/)
    expect(why).not.toMatch(/hunter2|aHVudGVyMg/)
  })

  test("a release that Helm could not store", () => {
    const noise = new Map([["files/data.bin", crypto.getRandomValues(new Uint8Array(60_000))]])
    for (let part = 0; part < 12; part++)
      noise.set(`files/${part}`, crypto.getRandomValues(new Uint8Array(60_000)))
    expect(check(manifestOf("1.0.0"), [], noise)[0]).toMatch(/KiB, the limit is 900 KiB/)
  })
})

describe("refusals", () => {
  test("a held set is named with digest, reason and the way out", () => {
    const ledger = hold(emptyLedger("staging"), setOf("1.0.0"), null, {
      since: date,
      reason: "bad",
      operation: "op",
    })
    const refusal = holdRefusal(ledger, setOf("1.0.0"), "staging")
    expect(refusal).toMatchObject({ code: "DIGEST_HELD", exitCode: 16 })
    expect(refusal?.message).toContain(sha256("1.0.0"))
    expect(holdRefusal(ledger, setOf("1.1.0"), "staging")).toBeNull()
  })

  test("come all at once, under the first one's code", () => {
    const first = new SignalboxError("DIGEST_HELD", { what: "held" })
    const second = new SignalboxError("EVIDENCE_MISSING", { what: "no proof", why: "never deployed" })
    expect(() => throwRefusals([])).not.toThrow()
    expect(() => throwRefusals([first, second])).toThrow(
      /DIGEST_HELD: held[\s\S]*also: no proof \(never deployed\)/,
    )
  })
})
