/** What a plan tells its approver of the environment that the release comes from: where, when, until when, by whose word. */
import { expect, test } from "vitest"
import {
  earlierVerification,
  planDeployment,
  planMarkdown,
  planRollback,
} from "../../../src/deploy/plan/index.ts"
import { append, emptyLedger } from "../../../src/deploy/state/index.ts"
import { type LedgerEntry, planHash, sha256 } from "../../../src/domain/index.ts"
import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"
import { readSigningKey } from "../../../src/evidence/signing/private-key.ts"
import { signed } from "../../../src/evidence/signing/sign.ts"
import {
  type Envelope,
  readPublicKey,
  unsignedEnvelope,
  verificationClaim,
  verificationStatement,
} from "../../../src/evidence/statements/index.ts"
import { facts, target } from "./support/plan-facts.ts"

const pair = newKeyPair("ed25519")
const { id } = readPublicKey({ name: "release", publicKey: pair.publicKey })
const key = await readSigningKey(pair.privateKey)
const to = target("1.1.0")

function entryOf(change: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    ...{ sequence: 1, operation: "op-1", kind: "deploy", fence: 1, at: "2026-01-01T10:00:00Z", by: "ann" },
    ...{ set: to.set, revision: 1, outcome: "verified", planHash: sha256("plan"), previous: null },
    ...change,
  } as const
}

function statementOf(entry: LedgerEntry): Envelope {
  const about = { environment: "staging", cluster: "uid-1", verificationTtlMs: 86_400_000, approved: false }
  return signed(unsignedEnvelope(verificationStatement(verificationClaim(entry, about), {})), key)
}

interface Before {
  readonly entry?: LedgerEntry
  readonly statements?: readonly Envelope[]
  readonly isProtected?: boolean
  readonly date?: string
}

/** The plan of a promotion into production, and the text that its approver reads. */
function planOf({ entry = entryOf(), statements = [], isProtected = true, date }: Before) {
  const environment = { name: "production", promotesFrom: "staging", protected: isProtected }
  const given = facts({}, environment, {
    kind: "promote",
    date: date ?? "2026-01-01T12:00:00Z",
    signingKeys: isProtected ? [{ name: "release", publicKey: pair.publicKey }] : [],
    promotion: {
      from: "staging",
      ledger: append(emptyLedger("staging"), entry),
      ...{ cluster: "uid-1", verificationTtl: "2d", statements },
    },
  })
  const plan = planDeployment(given, to)
  const earlier = earlierVerification(to.set, given.request)
  const text = planMarkdown(plan, planHash(plan), plan.changes, earlier)
  return { hash: planHash(plan), section: /## Verified before\n\n([\s\S]*?)\n\n## /.exec(text)?.[1] ?? "" }
}

test("a plan says where and when the release was verified, until when that counts, and whose key signed it", () => {
  const entry = entryOf()
  expect(planOf({ entry, statements: [statementOf(entry)] }).section.split("\n")).toEqual([
    "- in staging, by deploy operation `op-1` of ann",
    "- on 2026-01-01T10:00:00Z; it counts until 2026-01-02T10:00:00.000Z",
    `- signed by the key release (\`${id}\`)`,
  ])
})

test("V05 a plan tells what was signed, whatever the ledger says beside it", () => {
  const statements = [statementOf(entryOf())]
  const { section } = planOf({ entry: entryOf({ by: "the auditors", operation: "op-2" }), statements })
  expect(section).toContain("operation `op-1` of ann")
})

test("a plan says that the ledger alone is the proof where no signature is required", () => {
  const { section } = planOf({ isProtected: false })
  expect(section).toContain("it counts until 2026-01-03T10:00:00.000Z")
  expect(section).toContain("- signature: none is required here; the ledger of staging says so")
})

test.each<[string, Before, RegExp]>([
  ["a ledger without a statement", {}, /^- no: .*rule signed-verification: of 0 statements/],
  [
    "a later failure",
    {
      statements: [statementOf(entryOf()), statementOf(entryOf({ fence: 2, outcome: "failed" }))],
    },
    /^- no: .*rule verification-revoked: operation op-1 ended failed/,
  ],
  [
    "a verification that has expired",
    { isProtected: false, date: "2026-02-01T00:00:00Z" },
    /^- no: version 1\.1\.0 is not verified in staging; .* expired on 2026-01-03/,
  ],
])("a plan of what will be refused says so: %s", (_, before, section) => {
  expect(planOf(before).section).toMatch(section)
})

test("a verification of another day, or the word of a person, makes no other plan", () => {
  const later = entryOf({ at: "2026-01-01T11:00:00Z", by: "ben", operation: "op-9" })
  expect(planOf({ entry: later, statements: [statementOf(later)] }).hash).toBe(
    planOf({ statements: [statementOf(entryOf())] }).hash,
  )
})

test("what a ledger says is text, and no Markdown of its own", () => {
  const { section } = planOf({ isProtected: false, entry: entryOf({ by: "ann\n## Approved [x](y)" }) })
  expect(section.split("\n")).toHaveLength(3)
  expect(section).toContain("\\[x\\](y)")
})

test("an environment that promotes from none says so, and a rollback asks for none", () => {
  const plan = planDeployment(facts(), to)
  expect(planMarkdown(plan, planHash(plan), [])).toContain(
    "- nowhere: staging takes releases from no other environment",
  )
  const [entry] = facts().world.ledger.entries
  if (entry === undefined) throw new Error("there is no entry")
  const back = planRollback(facts(), entry)
  expect(planMarkdown(back, planHash(back), [])).not.toContain("Verified before")
})
