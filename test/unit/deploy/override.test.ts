/** Break-glass: what an override sets aside, what it never does, and who has to approve it. */
import { describe, expect, test } from "vitest"
import { approversRefusal, judgeDeployment, recordedOverride } from "../../../src/deploy/plan/index.ts"
import { type DriverRequest, driverRequest } from "../../../src/deploy/request.ts"
import { append, emptyLedger, hold, type StoredLedger } from "../../../src/deploy/state/index.ts"
import {
  type GateEvidence,
  type Override,
  type OverrideRule,
  overrideRules,
  type ReleaseRecord,
  sha256,
} from "../../../src/domain/index.ts"
import { setOf, settings } from "./support/sets.ts"
import { prepared } from "./support/simulation.ts"

const date = "2026-03-10T12:00:00Z"
const image = `registry.example/trivy@${sha256("trivy")}`

function gate(name: string, more: Partial<GateEvidence> = {}): GateEvidence {
  const tools = [{ name: "trivy", version: "1", image }]
  return { gate: name, verdict: "pass", summary: "fine", tools, reportDigest: sha256(name), ...more }
}
const database = (of: string) => ({ name: "trivy-db", version: "2", date: of, digest: sha256("db") })
const scanned = gate("vulnerabilities", { database: database("2026-03-10T00:00:00Z") })

function recordOf(more: Partial<ReleaseRecord> = {}): ReleaseRecord {
  const policy = { source: "base", ref: "refs/remotes/origin/main", branch: "main", hash: sha256("p") }
  return {
    ...{ schemaVersion: 1, project: "test", version: "1.0.0", created: "2026-03-01T00:00:00Z", policy },
    ...{ gates: [gate("unit"), scanned], waivers: [], images: [] },
    ...more,
  } as unknown as ReleaseRecord
}

const set = setOf("good-1")
const ofPolicy = { rules: [...overrideRules], approvers: ["alice"], expires: null, maxAge: "24h" }

/** In staging: verified a day ago, unless said otherwise. */
function staging(more: Record<string, unknown> = {}): StoredLedger {
  return append(emptyLedger("staging"), {
    ...{ operation: "op", kind: "deploy", fence: 1, at: "2026-03-09T12:00:00Z", by: "ann", set, revision: 1 },
    ...{ outcome: "verified", planHash: sha256("plan") },
    ...more,
  } as Parameters<typeof append>[1])
}

interface Call {
  readonly rules?: readonly string[]
  readonly policy?: Record<string, unknown> | null
  readonly until?: string | null
  readonly ledger?: StoredLedger | null
  readonly more?: Record<string, unknown>
}

function requestOf({ rules, policy = ofPolicy, until = null, ledger = staging(), more = {} }: Call = {}) {
  return driverRequest.parse({
    ...{
      schemaVersion: 1,
      project: "test",
      components: {},
      holder: { who: "ci", id: "1" },
      operation: "op",
      date,
    },
    environment: { ...settings(), name: "production", protected: true, promotesFrom: "staging" },
    ...{ requiredGates: ["unit", "vulnerabilities"], protectedBranches: ["main"], kind: "promote" },
    promotion: { from: "staging", ledger, cluster: "uid-2", verificationTtl: "7d" },
    ...(rules === undefined ? {} : { override: { rules, reason: "outage 7", until, policy } }),
    ...more,
  })
}

function judged(record: ReleaseRecord, call: Call = {}, own: StoredLedger = emptyLedger("production")) {
  const { refused, overridden } = judgeDeployment(requestOf(call), record, prepared("good-1").target, {
    ledger: own,
    chart: new Map(),
  })
  return { refused: refused.map(({ code, detail }) => `${code}: ${detail.what}`), overridden }
}

const failing: readonly (readonly [OverrideRule, ReleaseRecord, Call])[] = [
  [
    "database-age",
    recordOf({ gates: [gate("unit"), { ...scanned, database: database("2026-03-01T00:00:00Z") }] }),
    {},
  ],
  ["gate-verdict", recordOf({ gates: [gate("unit"), { ...scanned, verdict: "fail" }] }), {}],
  ["gate-missing", recordOf({ gates: [gate("unit")] }), {}],
  [
    "waiver-expired",
    recordOf({
      waivers: [
        { id: "W-1", expires: "2026-03-09", owner: "ann", fingerprint: sha256("f") },
      ] as unknown as ReleaseRecord["waivers"],
    }),
    {},
  ],
  ["promotion", recordOf(), { ledger: null }],
  ["promotion", recordOf(), { ledger: staging({ at: "2026-03-01T00:00:00Z" }) }],
  ["promotion", recordOf(), { ledger: staging({ outcome: "rolled-back" }) }],
]

describe("an override that the policy allows", () => {
  test("refuses nothing in what is whole", () => {
    expect(judged(recordOf())).toEqual({ refused: [], overridden: [] })
    expect(judged(recordOf(), { rules: [...overrideRules] })).toEqual({ refused: [], overridden: [] })
  })

  test.each(failing)("of %s sets aside what it names, and nothing else does", (rule, record, call) => {
    expect(judged(record, call).refused.length).toBeGreaterThan(0)
    const with_ = judged(record, { ...call, rules: [rule] })
    expect(with_.refused).toEqual([])
    expect(new Set(with_.overridden.map((one) => one.rule))).toEqual(new Set([rule]))
    const others = overrideRules.filter((other) => other !== rule)
    expect(judged(record, { ...call, rules: others }).refused).toEqual(judged(record, call).refused)
  })

  test("sets aside one rule of two", () => {
    const record = recordOf({ gates: [gate("unit")] })
    expect(judged(record, { rules: ["gate-missing"], ledger: null }).refused).toEqual([
      "EVIDENCE_MISSING: version good-1 is not verified in staging",
    ])
  })

  const judgedOther = { component: "web", repository: "r", digest: sha256("web"), platform: "l", bytes: 1 }
  test.each<[string, ReleaseRecord, Call, StoredLedger?]>([
    ["a hold", recordOf(), {}, held()],
    ["the record of another project", recordOf({ project: "other" }), {}],
    ["a record of the future", recordOf({ created: "2027-01-01T00:00:00Z" }), {}],
    [
      "an image that no gate has judged",
      recordOf({ images: [judgedOther], gates: [gate("unit", { judged: { web: sha256("x") } }), scanned] }),
      {},
    ],
    ["a pre-release", recordOf({ version: "1.0.0-rc.1" }), {}],
    ["a tree that has judged itself", recordOf({ policy: { source: "own", hash: sha256("p") } }), {}],
    ["another branch's policy", recordOf(), { more: { protectedBranches: ["release/2"] } }],
    [
      "a database that is not accepted",
      recordOf({ gates: [gate("unit"), { ...scanned, database: { ...database(date), name: "mine" } }] }),
      {},
    ],
    [
      "a database of the future",
      recordOf({ gates: [gate("unit"), { ...scanned, database: database("2027-01-01T00:00:00Z") }] }),
      {},
    ],
    [
      "a database whose date cannot be read",
      recordOf({ gates: [gate("unit"), { ...scanned, database: database("lately") }] }),
      {},
    ],
    [
      "tools without a digest",
      recordOf({ gates: [gate("unit", { tools: [{ name: "vitest", version: "4" }] }), scanned] }),
      {},
    ],
    [
      "an unsigned record where keys are listed",
      recordOf(),
      { more: { signingKeys: [{ name: "release", publicKey: publicKey() }] } },
    ],
  ])("of every rule there is does not set aside %s", (_, record, call, own) => {
    expect(judged(record, { ...call, rules: [...overrideRules] }, own).refused).toHaveLength(1)
  })

  test("of signed-verification sets aside that none is signed, and no more", () => {
    const keys = { signingKeys: [{ name: "release", publicKey: publicKey() }] }
    const why = (rules: readonly string[], ledger: StoredLedger | null) =>
      judged(recordOf(), { rules, ledger, more: keys }).refused.filter((one) => one.includes("verified in"))
    expect(why(["database-age"], staging())).toHaveLength(1)
    expect(why(["signed-verification"], staging())).toEqual([])
    expect(why(["promotion"], staging())).toEqual([])
    expect(why(["signed-verification"], null)).toHaveLength(1)
  })
})

describe("an override that the policy does not allow", () => {
  const record = recordOf({ gates: [gate("unit")] })
  test.each<[string, Call, string]>([
    ["where it allows none", { policy: null }, "it allows none"],
    [
      "of a rule that it does not list",
      { policy: { ...ofPolicy, rules: ["promotion"] } },
      "does not list gate-missing",
    ],
    ["after its last day", { policy: { ...ofPolicy, expires: "2026-03-09" } }, "until 2026-03-09"],
    ["for longer than it says", { until: "2026-03-11T12:00:01Z" }, "longer than 24h"],
  ])("%s sets nothing aside, and is refused with 16", (_, call, why) => {
    const request = requestOf({ ...call, rules: ["gate-missing"] })
    const context = { ledger: emptyLedger("production"), chart: new Map() }
    const { refused, overridden } = judgeDeployment(request, record, prepared("good-1").target, context)
    expect(overridden).toEqual([])
    expect(refused.map(({ code }) => code)).toEqual(["OVERRIDE_REFUSED", "EVIDENCE_MISSING"])
    expect(refused[0]).toMatchObject({ exitCode: 16, detail: { why: expect.stringContaining(why) } })
  })

  test("counts on its last day, and for as long as it says", () => {
    const last = { policy: { ...ofPolicy, expires: "2026-03-10" }, until: "2026-03-11T12:00:00Z" }
    expect(judged(record, { ...last, rules: ["gate-missing"] }).refused).toEqual([])
  })
})

describe("what is recorded of an override", () => {
  const recorded = (call: Call, used: readonly OverrideRule[] = ["promotion"]) =>
    recordedOverride(requestOf({ rules: ["promotion", "approvals"], ...call }), used)

  test("are the rules that would have refused it, until the policy's limit or the call's own", () => {
    const common = { rules: ["promotion"], reason: "outage 7" }
    expect(recorded({})).toEqual({ ...common, until: "2026-03-11T12:00:00.000Z" })
    const until = "2026-03-10T18:00:00.000Z"
    expect(recorded({ until })).toEqual({ ...common, until })
  })

  test("is nothing where it set nothing aside, or was not allowed to", () => {
    expect(recorded({}, [])).toBeNull()
    expect(recorded({ policy: null })).toBeNull()
    expect(recordedOverride(requestOf(), ["promotion"])).toBeNull()
  })
})

describe("who approves an override", () => {
  const approvers = ["alice", "bob"].map((name) => ({ name, emails: [`${name}@shop.example`] }))
  const refusal = (
    approvedBy: readonly string[] | null,
    by = "carol@shop.example",
    rules = ["promotion"],
  ) => {
    const changes = { since: null, authors: [by] }
    const approval = approvedBy === null ? null : { approvers, approvedBy: [...approvedBy], changes }
    return approversRefusal(requestOf({ rules, more: { approval } }), emptyLedger("production"))
  }

  test("is one of the policy's own list for it, who did not write the change", () => {
    expect(refusal(["alice"])).toBeNull()
    expect(refusal(["bob", "alice"])).toBeNull()
  })

  test.each<[string, readonly string[] | null, string]>([
    ["nobody", null, "names nobody"],
    ["an approver of releases only", ["bob"], "bob: the policy does not name them for this"],
    ["somebody unknown", ["mallory"], "mallory: the policy names no such approver"],
  ])("is not %s: 16", (_, approvedBy, why) => {
    expect(refusal(approvedBy)).toMatchObject({
      ...{ code: "APPROVERS_MISSING", exitCode: 16 },
      detail: {
        why: expect.stringContaining(why),
        what: expect.stringContaining("an override in production"),
      },
    })
  })

  test("is not its author", () => {
    expect(refusal(["alice"], "alice@shop.example")?.detail.why).toContain("alice: has changed it")
  })

  test("stands for the environment's approvals only where those are overridden", () => {
    const two = (rules: string[], approvedBy: string[]) => {
      const request = requestOf({
        rules,
        more: { approval: { approvers, approvedBy, changes: { since: null, authors: ["c@shop.example"] } } },
      })
      const environment: DriverRequest["environment"] = { ...request.environment, approvals: 2 }
      return approversRefusal({ ...request, environment }, emptyLedger("production"))
    }
    expect(two(["approvals"], ["alice"])).toBeNull()
    expect(two(["approvals"], ["bob"])?.code).toBe("APPROVERS_MISSING")
    expect(two(["promotion"], ["alice"])?.detail.why).toContain("counted: alice")
    expect(two(["promotion"], ["alice", "bob"])).toBeNull()
  })
})

describe("a promotion of what was verified by an override", () => {
  const override: Override = {
    rules: ["database-age"],
    reason: "outage 7",
    until: "2026-03-11T00:00:00.000Z",
  }
  const why = (rules: readonly string[], of: Override = override) =>
    judged(recordOf(), { rules, ledger: staging({ override: of }) }).refused

  test("needs the same override, or one of the promotion itself", () => {
    expect(why(["gate-missing"])).toEqual(["EVIDENCE_MISSING: version good-1 is not verified in staging"])
    expect(judged(recordOf(), { ledger: staging({ override }) }).refused).toHaveLength(1)
    expect(why(["database-age"])).toEqual([])
    expect(why(["database-age", "gate-missing"])).toEqual([])
    expect(why(["promotion"])).toEqual([])
  })

  test.each([
    ["has ended", "2026-03-10T11:59:59.000Z"],
    ["ends at a time that cannot be read", "soon"],
  ])("is refused once it %s, with the same override, too", (_, until) => {
    expect(why(["database-age"], { ...override, until })).toHaveLength(1)
  })
})

function held(): StoredLedger {
  return hold(emptyLedger("production"), set, null, { since: date, reason: "bad", operation: "op" })
}

function publicKey(): string {
  return "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"
}
