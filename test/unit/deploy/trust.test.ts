/** What a driver refuses by signatures, dates and digests, before it asks what the gates say. */
import { describe, expect, test } from "vitest"
import { promotionRefusal } from "../../../src/deploy/plan/promotion.ts"
import { fileRefusals, type ReleaseFiles, recordRefusals } from "../../../src/deploy/plan/trust.ts"
import { append, emptyLedger } from "../../../src/deploy/state/index.ts"
import {
  Duration,
  type LedgerEntry,
  type ReleaseRecord,
  recordDigest,
  sha256,
} from "../../../src/domain/index.ts"
import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"
import { readSigningKey } from "../../../src/evidence/signing/private-key.ts"
import { signed } from "../../../src/evidence/signing/sign.ts"
import {
  type Envelope,
  releaseStatement,
  unsignedEnvelope,
  verificationClaim,
  verificationStatement,
} from "../../../src/evidence/statements/index.ts"
import { recordOf } from "../evidence/signing/support.ts"
import { environmentOf, setOf } from "./support/sets.ts"

const date = "2026-03-10T12:00:00Z"
const pair = newKeyPair("ecdsa-p256")
const signingKeys = [{ name: "release", publicKey: pair.publicKey }]
const key = await readSigningKey(pair.privateKey)
const production = environmentOf({ name: "production", protected: true, promotesFrom: "staging" })
const record = recordOf()
const statement = signed(unsignedEnvelope(releaseStatement(record)), key)

const refusals = (of: ReleaseRecord, change: Partial<Parameters<typeof recordRefusals>[1]> = {}) =>
  recordRefusals(of, {
    project: "shop",
    environment: production,
    date,
    statement,
    signingKeys,
    ...change,
  }).map((error) => `${error.exitCode} ${error.detail.context?.rule}`)

describe("a record", () => {
  test("V05 of this project, signed by a key of the policy, is accepted", () => {
    expect(refusals(record)).toEqual([])
  })

  test.each<[string, ReleaseRecord, Partial<Parameters<typeof recordRefusals>[1]>, string[]]>([
    ["without a signature", record, { statement: null }, ["16 signed-record"]],
    ["of another project", record, { project: "bank" }, ["16 record-project"]],
    [
      "of an image that a gate did not judge",
      recordOf({
        gates: record.gates.map((gate) => ({ ...gate, judged: { web: sha256("another build") } })),
      }),
      { environment: environmentOf() },
      ["16 judged-digest"],
    ],
  ])("V05 %s is refused, and the rule is named", (_, of, change, rules) => {
    expect(refusals(of, change)).toEqual(rules)
  })

  test.each(["2027-03-10T12:00:00Z", "2026-03-10T12:05:01Z", "soon"])(
    "V44 of the future is refused: %s",
    (created) => {
      expect(refusals(recordOf({ created }), { environment: environmentOf() })).toEqual(["16 future-date"])
    },
  )

  test("of an earlier version, unsigned, is refused only where the policy requires a signature", () => {
    expect(refusals(record, { statement: null, signingKeys: [] })).toEqual([])
    expect(refusals(record, { statement: null, environment: environmentOf() })).toEqual([])
  })

  test("sibling of V05: a policy whose key cannot be read is an error of the configuration, never no signature", () => {
    expect(() =>
      refusals(record, { signingKeys: [{ name: "x", publicKey: "-----BEGIN PUBLIC KEY-----" }] }),
    ).toThrow(/CONFIG_INVALID/)
  })
})

describe("a promotion into a protected environment whose policy lists keys", () => {
  const set = setOf("1.4.0", { record: recordDigest(record) })
  const entry: Omit<LedgerEntry, "sequence" | "previous"> = {
    ...{ operation: "op-1", kind: "deploy", fence: 3, at: "2026-03-09T00:00:00Z", by: "ann", set },
    ...{ revision: 1, outcome: "verified", planHash: sha256("plan") },
  }
  const ledger = append(emptyLedger("staging"), entry)
  const claimed = (change: Partial<LedgerEntry> = {}, cluster = "uid-1"): Envelope => {
    const facts = { environment: "staging", cluster, verificationTtlMs: 7 * 86_400_000, approved: false }
    const claim = verificationClaim({ ...entry, sequence: 1, previous: null, ...change }, facts)
    return signed(unsignedEnvelope(verificationStatement(claim, {})), key)
  }
  const refusal = (statements: Envelope[], environment = production, keys = signingKeys) =>
    promotionRefusal(set, {
      ...{ environment, date, signingKeys: keys },
      promotion: {
        from: "staging",
        ledger,
        cluster: "uid-1",
        verificationTtl: new Duration("7d"),
        statements,
      },
    })?.detail.context?.rule

  test("V05 a ledger that was typed by hand does not suffice", () => {
    expect(refusal([])).toBe("signed-verification")
    expect(refusal([claimed()])).toBeUndefined()
  })

  test("V05 a ledger of another cluster does not suffice, nor a revoked verification", () => {
    expect(refusal([claimed({}, "uid-2")])).toBe("verification-cluster")
    expect(refusal([claimed(), claimed({ fence: 4, outcome: "failed" })])).toBe("verification-revoked")
  })

  test("sibling of V05: of two statements with one fencing number the later one counts, in whatever order they are stored", () => {
    // As after a ledger that was set back to before it, and a Lease that was deleted: the number was given twice.
    const failed = claimed({ fence: 3, outcome: "failed", at: "2026-03-09T01:00:00Z" })
    const again = claimed({ fence: 3, at: "2026-03-09T02:00:00Z" })
    for (const statements of [
      [claimed(), failed],
      [failed, claimed()],
    ])
      expect(refusal(statements)).toBe("verification-revoked")
    for (const statements of [
      [failed, again],
      [again, failed],
    ])
      expect(refusal(statements)).toBeUndefined()
    const same = claimed({ fence: 3, outcome: "failed" })
    for (const statements of [
      [claimed(), same],
      [same, claimed()],
    ])
      expect(refusal(statements)).toBe("verification-revoked")
  })

  test("sibling of V05: a failure that was given a lower number revokes what was verified before it", () => {
    // Ledger and Lease were taken away before a test by hand, and put back after it: whoever may write there can do that.
    const failed = claimed({ fence: 1, kind: "smoke", outcome: "failed", at: "2026-03-09T08:00:00Z" })
    for (const statements of [
      [claimed(), failed],
      [failed, claimed()],
    ])
      expect(refusal(statements)).toBe("verification-revoked")
    const earlier = claimed({ fence: 1, outcome: "failed", at: "2026-03-08T08:00:00Z" })
    expect(refusal([earlier, claimed()])).toBeUndefined()
  })

  test("an earlier version's ledger alone suffices where no signature is required", () => {
    expect(refusal([], production, [])).toBeUndefined()
    expect(refusal([], environmentOf({ name: "production", promotesFrom: "staging" }))).toBeUndefined()
  })
})

describe("the files of a release", () => {
  const files = {
    ...{ "values/base.yaml": sha256("a: 1"), "values/staging.yaml": sha256("b: 1") },
    ...{
      "values/production.yaml": sha256("b: 2"),
      "smoke.yaml": sha256("checks: []"),
      "load.js": sha256("load()"),
    },
  }
  const given: ReleaseFiles = {
    ...{ values: { "base.yaml": "a: 1", "staging.yaml": "b: 1" }, smoke: "checks: []", load: "load()" },
  }
  const wrong = (change: Partial<ReleaseFiles> = {}, of = recordOf({ files })) =>
    fileRefusals(of, "staging", { ...given, ...change }).map(
      ({ exitCode, detail }) => `${exitCode} ${detail.context?.rule} ${detail.what.split(" ")[0]}`,
    )

  test("V05 are those of the record; those of other environments do not count", () => {
    expect(wrong()).toEqual([])
  })

  test.each<[string, Partial<ReleaseFiles>, string]>([
    ["an easier smoke test", { smoke: "checks: [ok]" }, "smoke.yaml"],
    ["no smoke test", { smoke: null }, "smoke.yaml"],
    ["another load script", { load: "" }, "load.js"],
    ["changed values", { values: { ...given.values, "staging.yaml": "b: 3" } }, "values/staging.yaml"],
    ["values that are left out", { values: { "base.yaml": "a: 1" } }, "values/staging.yaml"],
    [
      "values that the record does not name",
      { values: { ...given.values, "more.yaml": "" } },
      "values/more.yaml",
    ],
  ])("V28 %s: refused", (_, change, path) => {
    expect(wrong(change)).toEqual([`16 record-files ${path}`])
  })

  test("of an earlier version's record are covered by no digest, and accepted as before", () => {
    expect(wrong({ smoke: "anything" }, recordOf())).toEqual([])
  })
})
