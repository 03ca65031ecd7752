/**
 * Section "proof": statements and ledgers that prove something else, or that nobody has signed whose word counts. On the real
 * cluster, by the driver that judges them.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { LedgerEntry, ReleaseRecord } from "../../../src/domain/index.ts"
import type { Question } from "../../cluster/deploy-support/environment.ts"
import { keys } from "./support/keys.ts"
import { type Promotion, Protected } from "./support/protected.ts"
import { envelopeOf, statementOf } from "./support/records.ts"
import { objectsIn, refused } from "./support/refused.ts"

let world: Protected
let record: ReleaseRecord
let entry: LedgerEntry

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

/** Of each way one; all of them: test/unit/deploy/forged-proof.test.ts. */
const forged: readonly Forged[] = [
  {
    name: "without any statement, by a ledger alone",
    with: (own) => ({ ...own, statements: [] }),
    rule: "rule signed-verification",
  },
  {
    name: "by the ledger of another namespace, to which the statement belongs",
    with: async (own) => ({ ...own, statements: await saying({}, { cluster: "another-namespace" }) }),
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
]

describe("V05 V30 V44 production takes no release", () => {
  test.each(forged)("$name", async ({ with: change, rule }) => {
    const question = await asked(change)
    await refused(() => world.production.call("run", question), [16, "EVIDENCE_MISSING", rule], world.watch)
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
