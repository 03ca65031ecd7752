import { describe, expect, test } from "vitest"
import { type LedgerEntry, recordDigest, sha256 } from "../../../../src/domain/index.ts"
import { signed } from "../../../../src/evidence/signing/sign.ts"
import {
  claimIn,
  type Envelope,
  payloadOf,
  provenanceStatement,
  releaseStatement,
  signatureRefusal,
  signedVerification,
  unsignedEnvelope,
  verificationClaim,
  verificationStatement,
  type WantedVerification,
} from "../../../../src/evidence/statements/index.ts"
import { recordOf, signer } from "./support.ts"

const record = recordOf()
const ours = await signer("release")
const foreign = await signer("somewhere else")

describe("the statement of a release", () => {
  test("has images and record as subjects, and the record as predicate", () => {
    expect(JSON.parse(releaseStatement(record))).toEqual({
      _type: "https://in-toto.io/Statement/v1",
      subject: [
        { name: "r.example/shop/web", digest: { sha256: sha256("web").slice(7) } },
        { name: "record.json", digest: { sha256: recordDigest(record).slice(7) } },
      ],
      predicateType: "urn:signalbox:release-record:v1",
      predicate: record,
    })
  })

  test("SLSA provenance names source, tools by digest, builder and call", () => {
    const invocation = { id: "call-1", actor: "ci/7", started: "2026-02-28T23:00:00Z" }
    const statement = JSON.parse(provenanceStatement(record, invocation))
    expect(statement).toMatchObject({
      subject: [{ name: "r.example/shop/web", digest: { sha256: sha256("web").slice(7) } }],
      predicateType: "https://slsa.dev/provenance/v1",
      predicate: {
        buildDefinition: {
          externalParameters: { project: "shop", version: "1.4.0", tag: "v1.4.0" },
          resolvedDependencies: [
            { name: "source", digest: { gitCommit: "c".repeat(40), gitTree: "d".repeat(40) } },
            { uri: `r.example/node@${sha256("node")}`, digest: { sha256: sha256("node").slice(7) } },
          ],
        },
        runDetails: {
          builder: { version: { signalbox: "0.1.0", dagger: "v0.21.7" } },
          metadata: { invocationId: "call-1", startedOn: invocation.started, finishedOn: record.created },
        },
      },
    })
  })
})

describe("a protected environment whose policy lists keys", () => {
  const refusal = (envelope: Envelope | null, of = record) =>
    signatureRefusal(of, envelope, [ours.trusted], "production")?.message ?? null
  const envelope = signed(unsignedEnvelope(releaseStatement(record)), ours.key)

  test("V05 takes a record that one of them has signed", () => {
    expect(refusal(envelope)).toBeNull()
    expect(
      refusal(signed(signed(unsignedEnvelope(releaseStatement(record)), foreign.key), ours.key)),
    ).toBeNull()
  })

  test.each([
    ["no statement", null, record, /there is no statement of its record/],
    ["no signature", unsignedEnvelope(releaseStatement(record)), record, /its record is not signed/],
    [
      "a signature by another key, under the listed key's id",
      {
        ...signed(unsignedEnvelope(releaseStatement(record)), foreign.key),
        signatures: [
          {
            ...signed(unsignedEnvelope(releaseStatement(record)), foreign.key).signatures[0],
            sig: signed(unsignedEnvelope(releaseStatement(record)), foreign.key).signatures[0]?.sig ?? "",
            keyid: ours.trusted.id,
          },
        ],
      },
      record,
      /its signature is by none of the keys release/,
    ],
    [
      "the signed statement of another release",
      envelope,
      recordOf({ version: "1.4.1" }),
      /its statement is about another record/,
    ],
    [
      "a record changed after it was signed: another image",
      envelope,
      recordOf({ images: [{ ...record.images[0], digest: sha256("evil") } as (typeof record.images)[0]] }),
      /its statement is about another record/,
    ],
    [
      "a record changed after it was signed: another verdict",
      envelope,
      recordOf({ gates: [{ ...record.gates[0], summary: "1 finding" } as (typeof record.gates)[0]] }),
      /its statement is about another record/,
    ],
  ] as const)("V05 refuses %s, and names the rule", (_, given, of, why) => {
    expect(refusal(given, of)).toMatch(/EVIDENCE_MISSING: .*\n.*production\n.*rule signed-record: /)
    expect(refusal(given, of)).toMatch(why)
  })
})

describe("the statement of a verification", () => {
  const set = {
    version: "1.4.0",
    record: recordDigest(record),
    images: { web: sha256("web") },
    chart: sha256("chart"),
    values: sha256("values"),
    manifests: sha256("manifests"),
  }
  const entry: LedgerEntry = {
    ...{ sequence: 1, operation: "op-1", kind: "deploy", fence: 3, at: "2026-03-09T00:00:00Z", by: "ann" },
    ...{ set, revision: 1, outcome: "verified", planHash: sha256("plan"), previous: null },
  } as const
  const facts = {
    environment: "staging",
    cluster: "uid-1",
    verificationTtlMs: 7 * 86_400_000,
    approved: false,
  }
  const statementOf = (change: Partial<LedgerEntry> = {}, more: Partial<typeof facts> = {}) =>
    unsignedEnvelope(
      verificationStatement(verificationClaim({ ...entry, ...change }, { ...facts, ...more }), {
        web: "r.example/shop/web",
      }),
    )
  const signedOf = (...args: Parameters<typeof statementOf>) => signed(statementOf(...args), ours.key)
  const wanted = {
    ...{ environment: "staging", cluster: "uid-1", set, fence: 3, verificationTtlMs: 7 * 86_400_000 },
    date: "2026-03-10T12:00:00Z",
  }
  const refusal = (envelopes: readonly Envelope[], change: Partial<WantedVerification> = {}) => {
    const found = signedVerification(envelopes, [ours.trusted], { ...wanted, ...change })
    return found.ok ? null : found.refusal.message
  }

  test("says environment, cluster, fencing number, result, dates, who and which plan", () => {
    const payload = payloadOf(statementOf({}, { approved: true }))
    expect(claimIn(payload)).toMatchObject({
      ...{ environment: "staging", cluster: "uid-1", operation: "op-1", fence: 3, result: "verified" },
      ...{ at: "2026-03-09T00:00:00Z", expires: "2026-03-16T00:00:00.000Z", by: "ann" },
      approved: { planHash: sha256("plan"), by: "ann" },
    })
    expect(JSON.parse(Buffer.from(payload).toString("utf8")).subject[0]).toEqual({
      name: "r.example/shop/web",
      digest: { sha256: sha256("web").slice(7) },
    })
  })

  test.each(["rollback", "smoke", "load"] as const)(
    "sibling of V05: says of no %s that it was approved",
    (kind) => {
      expect(claimIn(payloadOf(statementOf({ kind }, { approved: true })))).toMatchObject({
        kind,
        approved: null,
      })
    },
  )

  test("V05 allows a promotion where a listed key signed it for these digests", () => {
    expect(refusal([statementOf(), signedOf({ fence: 2, outcome: "failed" }), signedOf()])).toBeNull()
  })

  test.each([
    ["a ledger alone", [], {}, /signed-verification: of 0 statements 0/],
    ["an unsigned statement", [statementOf()], {}, /signed-verification: of 1 statements 0/],
    ["another key", [signed(statementOf(), foreign.key)], {}, /signed-verification: of 1 statements 0/],
    ["another environment", [signedOf({}, { environment: "development" })], {}, /signed-verification/],
    [
      "other images",
      [signedOf({ set: { ...set, images: { web: sha256("evil") } } })],
      {},
      /signed-verification: of 1 statements 1 .*none of these is about these digests/,
    ],
    ["one image of two", [signedOf({ set: { ...set, images: {} } })], {}, /signed-verification/],
    ["another record", [signedOf({ set: { ...set, record: sha256("r") } })], {}, /signed-verification/],
    [
      "a verification in a namespace of another cluster",
      [signedOf({}, { cluster: "uid-2" })],
      {},
      /verification-cluster: it was verified in namespace uid-2, the ledger is of uid-1/,
    ],
    ["a cluster that is not known", [signedOf()], { cluster: null }, /verification-cluster/],
    [
      "a ledger that was set back",
      [signedOf({ fence: 9 })],
      {},
      /verification-cluster: .*number 9.*of 3 only/,
    ],
    [
      "a later failure",
      [signedOf(), signedOf({ fence: 4, outcome: "failed", operation: "op-2" })],
      { fence: 4 },
      /verification-revoked: operation op-2 ended failed/,
    ],
    ["a date in the future", [signedOf({ at: "2099-01-01T00:00:00Z" })], {}, /future-date: .*2099/],
    ["an expired one", [signedOf({ at: "2026-03-01T00:00:00Z" })], {}, /has expired/],
    [
      "one that a shorter limit of today lets expire",
      [signedOf()],
      { verificationTtlMs: 60_000 },
      /has expired/,
    ],
    [
      "a signed statement of a release, which is none of a verification",
      [signed(unsignedEnvelope(releaseStatement(record)), ours.key)],
      {},
      /signed-verification/,
    ],
  ] as const)("V05 refuses %s, and names the rule", (_, envelopes, change, why) => {
    expect(refusal(envelopes as readonly Envelope[], change)).toMatch(why)
    expect(refusal(envelopes as readonly Envelope[], change)).toMatch(
      /EVIDENCE_MISSING.*\n.*staging\n.*rule /,
    )
  })

  test("sibling of V44: a signed claim that is dated by words is refused", () => {
    const claim = { ...verificationClaim(entry, facts), at: "yesterday" }
    const envelope = signed(unsignedEnvelope(verificationStatement(claim, {})), ours.key)
    expect(refusal([envelope])).toMatch(/future-date/)
    const never = { ...verificationClaim(entry, facts), expires: "never" }
    expect(refusal([signed(unsignedEnvelope(verificationStatement(never, {})), ours.key)])).toMatch(/expired/)
  })

  test("a verification names the approvers who counted, and reads without them as before", () => {
    const claim = verificationClaim({ ...entry, approvedBy: ["alice", "bob"] }, { ...facts, approved: true })
    const read = claimIn(payloadOf(unsignedEnvelope(verificationStatement(claim, {}))))
    expect(read?.approved).toEqual({ planHash: entry.planHash, by: entry.by, approvers: ["alice", "bob"] })
    const before = verificationClaim(entry, { ...facts, approved: true })
    expect(before.approved).toEqual({ planHash: entry.planHash, by: entry.by })
  })

  test("a verification by an override says so, ends with it, and counts for the same override only", () => {
    const override = { rules: ["database-age"], reason: "outage 7", until: "2026-03-01T12:00:00.000Z" }
    const longer = { ...override, until: "2036-03-01T12:00:00.000Z" }
    const claim = (of: typeof override) => verificationClaim({ ...entry, override: of }, facts)
    expect(claim(override)).toMatchObject({ override, expires: override.until })
    expect(claim(longer).expires).toBe(verificationClaim(entry, facts).expires)
    const envelope = signed(unsignedEnvelope(verificationStatement(claim(longer), {})), ours.key)
    expect(refusal([envelope])).toMatch(/rule signed-verification: .*overridden database-age/)
    expect(refusal([envelope], { override: { rules: ["promotion"] } })).toMatch(/signed-verification/)
    expect(refusal([envelope], { override: { rules: ["database-age"] } })).toBeNull()
  })
})
