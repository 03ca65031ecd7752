/**
 * Statements and ledgers that prove something else, or that nobody has signed whose word counts: what an attacker with the
 * registry's token and staging's namespace gives to the driver of a protected production, judged as the driver judges it.
 * The same on a real cluster, for some of them: test/faults/attacks/proof-statements.test.ts.
 */
import { describe, expect, test } from "vitest"
import { evidenceRefusals } from "../../../src/deploy/plan/index.ts"
import { promotionRefusal } from "../../../src/deploy/plan/promotion.ts"
import { recordRefusals } from "../../../src/deploy/plan/trust.ts"
import { driverRequest } from "../../../src/deploy/request.ts"
import { emptyLedger } from "../../../src/deploy/state/index.ts"
import {
  type LedgerEntry,
  type ReleaseRecord,
  type SignalboxError,
  sha256,
} from "../../../src/domain/index.ts"
import { type Envelope, releaseStatement } from "../../../src/evidence/statements/index.ts"
import { keys } from "../../faults/attacks/support/keys.ts"
import { envelopeOf, setOf, statementOf, verifiedLedger } from "../../faults/attacks/support/records.ts"
import { recordOf } from "../evidence/signing/support.ts"
import { settings } from "./support/sets.ts"

const record = recordOf({
  policy: { source: "base", ref: "refs/remotes/origin/main", branch: "main", hash: sha256("policy") },
  created: "2026-01-01T00:00:00Z",
})
const cluster = "the UID of staging's namespace"
const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
const own = verifiedLedger(record, { at: ago(0.1) }, emptyLedger("staging"))
const entry = own.entries[0] as LedgerEntry

interface Promotion {
  readonly ledger: typeof own
  readonly statements: readonly Envelope[]
}

/** Every refusal of the protected job, with what the attacker has put in the place of staging's proof. */
function refusals(
  { ledger, statements }: Promotion,
  of: ReleaseRecord,
  statement: Envelope,
): readonly string[] {
  const request = driverRequest.parse({
    schemaVersion: 1,
    project: "shop",
    kind: "promote",
    environment: { ...settings(), name: "production", protected: true, promotesFrom: "staging" },
    components: { web: { port: 8080, health: "/health" } },
    holder: { who: "ci", id: "job-1" },
    operation: "operation-1",
    date: new Date().toISOString(),
    values: [],
    protectedBranches: ["main"],
    promotion: { from: "staging", ledger, cluster, verificationTtl: "1d", statements },
    statement,
    signingKeys: [{ name: "release", publicKey: keys.release.publicKey }],
  })
  const unproven = promotionRefusal(setOf(of), request)
  const policy = evidenceRefusals({ ...of, gates: [] }, request)
  const all: readonly SignalboxError[] = [
    ...recordRefusals(of, request),
    ...policy,
    ...(unproven === null ? [] : [unproven]),
  ]
  return all.map((error) => `${error.exitCode} ${error.code}: ${error.message}`)
}

const asked = async (promotion: Promotion, of = record) =>
  refusals(promotion, of, await envelopeOf(releaseStatement(of), keys.release))

const ofStaging = async (): Promise<Promotion> => ({
  ledger: own,
  statements: [await envelopeOf(statementOf(entry, { cluster }), keys.release)],
})

/** A statement signed by the key that counts, about another fact. */
async function saying(
  change: Partial<LedgerEntry>,
  facts: Partial<Parameters<typeof statementOf>[1]> = {},
): Promise<readonly Envelope[]> {
  return [await envelopeOf(statementOf({ ...entry, ...change }, { cluster, ...facts }), keys.release)]
}

test("CI's own proof is refused nothing, so that the refusals below are the attacks' own", async () => {
  expect(await asked(await ofStaging())).toEqual([])
})

interface Forged {
  readonly name: string
  readonly with: (own: Promotion) => Promotion | Promise<Promotion>
  readonly rule: string | RegExp
}

const forged: readonly Forged[] = [
  {
    name: "without any statement, by a ledger alone",
    with: (own) => ({ ...own, statements: [] }),
    rule: "rule signed-verification",
  },
  {
    name: "by a statement that the attacker has signed, beside the name of CI's key",
    with: async (own) => {
      const text = statementOf(entry, { cluster })
      const mine = await envelopeOf(text, keys.attacker)
      return {
        ...own,
        statements: [
          { ...mine, signatures: mine.signatures.map((one) => ({ ...one, keyid: keys.release.id })) },
        ],
      }
    },
    rule: "rule signed-verification",
  },
  {
    name: "by CI's signature under another text",
    with: async (own) => {
      const [signed] = own.statements ?? []
      const other = await envelopeOf(statementOf(entry, { cluster, ttlMs: 1e12 }))
      return { ...own, statements: [{ ...other, signatures: signed?.signatures ?? [] }] }
    },
    rule: "rule signed-verification",
  },
  {
    name: "by a statement about another environment",
    with: async (own) => ({ ...own, statements: await saying({}, { environment: "development" }) }),
    rule: "rule signed-verification",
  },
  {
    name: "by a statement about other images of the version",
    with: async (own) => ({
      ...own,
      statements: await saying({ set: { ...entry.set, images: { web: sha256("another image") } } }),
    }),
    rule: "rule signed-verification",
  },
  {
    name: "by a statement that has expired",
    with: async (own) => ({ ...own, statements: await saying({ at: ago(3) }) }),
    rule: /rule signed-verification: the statement of .* has expired/,
  },
  {
    name: "by a statement that says itself when it expires: the policy's limit counts",
    with: async (own) => ({ ...own, statements: await saying({ at: ago(3) }, { ttlMs: 1e12 }) }),
    rule: "rule signed-verification",
  },
  {
    name: "by a statement dated in the future",
    with: async (own) => ({ ...own, statements: await saying({ at: ago(-30) }) }),
    rule: "rule future-date",
  },
  {
    name: "by the ledger of another namespace, to which the statement belongs",
    with: async (own) => ({ ...own, statements: await saying({}, { cluster: "another-namespace" }) }),
    rule: "rule verification-cluster",
  },
  {
    name: "by an older ledger, from before the operation that was stated",
    with: async (own) => ({ ...own, statements: await saying({ fence: 99 }) }),
    rule: "rule verification-cluster",
  },
  {
    name: "after a failure that is stated, which the ledger has lost",
    with: async (own) => ({
      ...own,
      statements: [...(own.statements ?? []), ...(await saying({ fence: 98, outcome: "failed" }))],
    }),
    rule: "rule verification-revoked",
  },
  {
    name: "by a ledger of another environment",
    with: (own) => ({ ...own, ledger: { ...verifiedLedger(record), environment: "development" } }),
    rule: "the ledger that was given is that of development",
  },
  {
    name: "by an entry dated in the future, which would never expire",
    with: (own) => ({
      ...own,
      ledger: verifiedLedger(record, { at: "2099-01-01T00:00:00Z" }, emptyLedger("staging")),
    }),
    rule: "rule future-date",
  },
]

describe("V05 V30 V44 production takes no release", () => {
  test.each(forged)("$name", async ({ with: change, rule }) => {
    const [first, ...others] = await asked(await change(await ofStaging()))
    expect(first).toMatch(/^16 EVIDENCE_MISSING: /)
    expect(first).toMatch(rule)
    expect(others).toEqual([])
  })

  test.each<[string, Partial<ReleaseRecord>, string]>([
    ["that is dated in the future", { created: "2099-01-01T00:00:00Z" }, "rule future-date"],
    ["of another project", { project: "bank" }, "rule record-project"],
    [
      "that was judged by a policy of its own",
      { policy: { source: "own", hash: sha256("x") } },
      "was not judged by the policy of a protected branch",
    ],
    [
      "that was judged by a local branch of the name main",
      { policy: { source: "base", ref: "refs/heads/main", hash: sha256("x") } },
      "was not judged by the policy of a protected branch",
    ],
  ])("%s, though CI's key has signed it", async (_, change, rule) => {
    const refused = await asked(await ofStaging(), { ...record, ...change })
    expect(refused.filter((one) => one.startsWith("16 ")).join("\n")).toContain(rule)
  })
})
