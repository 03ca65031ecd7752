/**
 * Section "proof": statements and ledgers that prove something else, or that nobody has signed whose word counts. On the real
 * cluster, by the driver that judges them.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { emptyLedger } from "../../../src/deploy/state/index.ts"
import type { LedgerEntry, ReleaseRecord } from "../../../src/domain/index.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { releaseStatement } from "../../../src/evidence/statements/index.ts"
import type { Question } from "../../cluster/deploy-support/environment.ts"
import { keys } from "./support/keys.ts"
import { type Promotion, Protected } from "./support/protected.ts"
import { envelopeOf, statementOf, verifiedLedger } from "./support/records.ts"
import { objectsIn, refused } from "./support/refused.ts"

let world: Protected
let record: ReleaseRecord
let entry: LedgerEntry
const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

beforeAll(async () => {
  world = await Protected.create()
  record = await world.verified("1.0.0")
  const { ledger } = await world.staging.observe()
  entry = ledger.entries[0] as LedgerEntry
})
afterAll(() => world?.remove())

/** The protected job's question, with what the attacker has put in the place of staging's proof. */
async function asked(change: (own: Promotion) => Promotion | Promise<Promotion>): Promise<Question> {
  return world.question(record, { promotion: await change(await world.promotion(record)) })
}

/** A statement signed by the key that counts, about another fact. */
async function saying(
  change: Partial<LedgerEntry>,
  facts: Partial<Parameters<typeof statementOf>[1]> = {},
): Promise<NonNullable<Promotion["statements"]>> {
  const text = statementOf({ ...entry, ...change }, { environment: "test", cluster: world.cluster, ...facts })
  return [await envelopeOf(text, keys.release)]
}

test("CI's own proof makes a plan, so that the refusals below are the attacks' own", async () => {
  const end = await world.production.call("plan", await world.question(record))
  expect([end.code, end.stderr]).toEqual([0, ""])
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
      const text = statementOf(entry, { environment: "test", cluster: world.cluster })
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
      const other = await envelopeOf(
        statementOf(entry, { environment: "test", cluster: world.cluster, ttlMs: 1e12 }),
      )
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
      ledger: verifiedLedger(record, { set: entry.set, at: "2099-01-01T00:00:00Z" }, emptyLedger("test")),
    }),
    rule: "rule future-date",
  },
]

describe("V05 V30 V44 production takes no release", () => {
  test.each(forged)("$name", async ({ with: change, rule }) => {
    const question = await asked(change)
    await refused(() => world.production.call("run", question), [16, "EVIDENCE_MISSING", rule], world.watch)
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
    const other: ReleaseRecord = { ...record, ...change }
    const statement = await envelopeOf(releaseStatement(other), keys.release)
    const question = await world.question(record, { record: other, statement })
    await refused(() => world.production.call("run", question), [16, rule], world.watch)
  })
})

describe("V30 a deleted state", () => {
  test("of staging lifts no hold and makes no fresh environment: STATE_DAMAGED", async () => {
    const { staging } = world
    await staging.call("hold", { hold: { version: null, reason: "it loses orders" } })
    for (const [kind, name] of [
      ["configmap", "signalbox-ledger"],
      ["configmap", "signalbox-journal"],
      ["lease", "signalbox-lock"],
    ] as const)
      await staging.kubectl(["delete", kind, name])
    await refused(
      () => staging.call("run", { record }),
      [11, "STATE_DAMAGED", "is lost"],
      () => objectsIn(staging),
    )
  })
})
