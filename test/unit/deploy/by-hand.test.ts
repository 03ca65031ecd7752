/** What people do by hand to an environment that runs, over the real lock, journal and ledger in memory. */
import { beforeEach, describe, expect, test } from "vitest"
import { bundleName } from "../../../src/deploy/bundles/index.ts"
import { configMapPath, leasePath } from "../../../src/deploy/cluster/index.ts"
import { hold, lift } from "../../../src/deploy/driver/commands/holds.ts"
import { rollback } from "../../../src/deploy/driver/commands/rollback.ts"
import { smoke } from "../../../src/deploy/driver/commands/tests.ts"
import { observe } from "../../../src/deploy/driver/observation.ts"
import { revoke, testedNow } from "../../../src/deploy/driver/revoke.ts"
import type { DriverSession } from "../../../src/deploy/driver/session.ts"
import { leaseOf } from "../../../src/deploy/lock/lease.ts"
import { promotionRefusal, verificationOf } from "../../../src/deploy/plan/promotion.ts"
import { fallbackOf } from "../../../src/deploy/state/index.ts"
import { Duration, type Ledger, type LedgerEntry, SignalboxError } from "../../../src/domain/index.ts"
import { newKeyPair } from "../../../src/evidence/signing/key-pair.ts"
import { readSigningKey } from "../../../src/evidence/signing/private-key.ts"
import { signed } from "../../../src/evidence/signing/sign.ts"
import {
  claimIn,
  type Envelope,
  payloadOf,
  unsignedEnvelope,
  verificationClaim,
  verificationStatement,
} from "../../../src/evidence/statements/index.ts"
import { namespace } from "./support/session.ts"
import { environmentOf } from "./support/sets.ts"
import { Simulation } from "./support/simulation.ts"

let world: Simulation
beforeEach(async () => {
  world = new Simulation()
  await world.untilDone({ do: "deploy", version: "good-1" }, [])
  await world.untilDone({ do: "deploy", version: "good-2" }, [])
})

const lease = () => world.api.objects.get(leasePath(namespace, "signalbox-lock"))?.metadata.resourceVersion
const tested = async (session: DriverSession) => testedNow(session, await observe(session))
const verification = (version: string) =>
  verificationOf(world.ledger(), world.setOf(version), 60_000, "2026-01-01T00:00:00Z")

describe("a hold", () => {
  test.each([
    ["of what was never deployed", { hold: { version: "9.9.9", reason: "?" } }, hold],
    ["that is lifted and was never set", { lift: { version: null, reason: "?" } }, lift],
  ])("%s is refused before anything is locked", async (_name, question, command) => {
    const before = lease()
    await expect(command(world.session({ question }))).rejects.toMatchObject({ code: "USAGE" })
    expect(lease()).toBe(before)
  })

  test("of what runs is set under the lock, and said once it stands", async () => {
    const said: string[] = []
    const question = { hold: { version: null, reason: "customers complain" } }
    const { fence } = await hold(world.session({ question, say: (line) => said.push(line) }))
    expect(fence).toBe(3)
    expect(said.at(-1)).toBe("good-2 is held: customers complain")
    expect(world.ledger().holds.map((one) => one.version)).toEqual(["good-2"])
  })
})

test("what a person holds while its deployment is interrupted is taken back, not finished", async () => {
  await world.untilDone({ do: "deploy", version: "good-5" }, [])
  expect(await world.once({ do: "deploy", version: "good-2" }, 14)).toBeNull()
  const question = { hold: { version: "good-2", reason: "customers complain" } }
  await hold(world.session({ question }))
  expect(await world.untilDone({ do: "deploy", version: "good-2" }, [])).toBe("refused")
  expect(world.runs()).toBe("good-5")
})

describe("a test by hand that fails", () => {
  const evidence = "registry.example/shop/operations:staging-1"
  const fail = async (kind: "smoke" | "load" = "smoke") => {
    const session = world.session({ call: "by-hand", question: { evidence } })
    await revoke(session, await tested(session), kind, "3 of 13 checks failed")
  }

  test("revokes the verification, with who, when, why and the evidence", async () => {
    expect(verification("good-2")).toMatchObject({ ok: true })
    await fail()
    expect(world.ledger().entries.at(-1)).toMatchObject({
      ...{ operation: "by-hand", kind: "smoke", outcome: "failed", by: "tester", evidence, revision: 2 },
      reason: "3 of 13 checks failed",
    })
    expect(verification("good-2")).toEqual({
      ok: false,
      why: expect.stringMatching(/^a smoke test by hand failed there on .*: 3 of 13 checks failed$/),
    })
  })

  test("leaves the way back to what was verified before, and none to itself", async () => {
    await fail("load")
    expect(fallbackOf(world.ledger(), null)?.set.version).toBe("good-1")
    expect(world.ledger().holds).toEqual([])
    const back = world.session({ question: { rollback: { revision: 2 } } })
    await expect(rollback(back)).rejects.toMatchObject({
      code: "POLICY_REFUSED",
      detail: { why: "a later test of it failed" },
    })
  })

  test("is outdone by deploying the same release again", async () => {
    await fail()
    expect(await world.untilDone({ do: "deploy", version: "good-2" }, [])).toBe("verified")
    expect(verification("good-2")).toMatchObject({ ok: true })
  })

  test("says nothing about what was deployed while it ran", async () => {
    const said: string[] = []
    const session = world.session({ say: (line) => said.push(line) })
    const before = await tested(session)
    await world.untilDone({ do: "deploy", version: "good-5" }, [])
    await revoke(session, before, "smoke", "it failed")
    expect(said.at(-1)).toMatch(/not recorded: something else was done here/)
    expect(verification("good-2")).toMatchObject({ ok: true })
    expect(verification("good-5")).toMatchObject({ ok: true })
  })

  test("says nothing while an interrupted operation is unfinished", async () => {
    const session = world.session()
    const before = await tested(session)
    await world.once({ do: "deploy", version: "good-5" }, 6)
    const entries = world.ledger().entries.length
    await revoke(session, before, "smoke", "it failed")
    expect(world.ledger().entries).toHaveLength(entries)
  })

  test("of what Signalbox did not deploy is refused", async () => {
    const session = new Simulation().session()
    await expect(tested(session)).rejects.toMatchObject({ code: "USAGE" })
  })
})

describe("a failed test by hand that is signed", () => {
  const ttl = new Duration("7d")
  const pair = newKeyPair("ecdsa-p256")
  const production = environmentOf({ name: "production", protected: true, promotesFrom: "staging" })

  /** What calls leave in the registry: a statement for each line that they have added to the ledger, signed. */
  async function statementsOf(entries: readonly LedgerEntry[]): Promise<readonly Envelope[]> {
    const key = await readSigningKey(pair.privateKey)
    const facts = { environment: "staging", cluster: "uid", verificationTtlMs: ttl.ms, approved: false }
    return entries.map((entry) =>
      signed(unsignedEnvelope(verificationStatement(verificationClaim(entry, facts), {})), key),
    )
  }

  /** Into production, by a ledger and the statements that lie in the registry. */
  const rule = (ledger: Ledger, statements: readonly Envelope[]) =>
    promotionRefusal(world.setOf("good-2"), {
      environment: production,
      date: ledger.entries.at(-1)?.at ?? "",
      signingKeys: [{ name: "release", publicKey: pair.publicKey }],
      promotion: {
        ...{ from: "staging", ledger, cluster: "uid", verificationTtl: ttl },
        statements: [...statements],
      },
    })?.detail.context?.rule

  test.each(["smoke", "load"] as const)(
    "V05 %s: a ledger that was set back to before it does not outdo it",
    async (kind) => {
      const before = world.ledger()
      expect(rule(before, await statementsOf(before.entries))).toBeUndefined()
      const session = world.session({ call: "by-hand" })
      await revoke(session, await tested(session), kind, "3 of 13 checks failed")
      const statements = await statementsOf([...before.entries, ...session.store.added])
      expect(rule(before, statements)).toBe("verification-revoked")
    },
  )

  test("sibling of V05: a rollback by hand that is signed verifies what came back, and nothing else", async () => {
    const session = world.session({ call: "by-hand", question: { rollback: { reason: "slow" } } })
    await rollback(session)
    const claims = (await statementsOf(session.store.added)).map((one) => claimIn(payloadOf(one)))
    expect(claims).toMatchObject([
      {
        ...{ kind: "rollback", result: "verified", operation: "by-hand" },
        release: { version: "good-1" },
      },
    ])
  })
})

describe("V24 a failed test by hand whose result cannot be recorded", () => {
  /** The smoke command against an address where nothing answers. */
  const command = (session: DriverSession) =>
    smoke({
      ...session,
      input: { ...session.input, smoke: "retries: { attempts: 1 }\nchecks: [{ name: a, path: / }]" },
      access: () => ({ baseUrl: async () => "http://127.0.0.1:1", close: async () => {} }),
    })
  const failed = (why: RegExp) => ({
    ...{ code: "SMOKE_FAILED", exitCode: 10 },
    detail: { why: expect.stringMatching(why), next: expect.stringContaining("it can still be promoted") },
  })

  test("V24 by an account that may only look: 10, and why its verification stands", async () => {
    const refuse = async () => {
      throw new SignalboxError("CLUSTER_REFUSED", {
        what: "the API server refused",
        why: "leases is forbidden",
      })
    }
    world.api.replace = refuse
    world.api.create = refuse
    await expect(command(world.session())).rejects.toMatchObject(
      failed(/the verification of good-2 is not revoked: the API server refused \(leases is forbidden\)/),
    )
    expect(verification("good-2")).toMatchObject({ ok: true })
  })

  test("V24 while another operation holds the lock: 10, and who holds it", async () => {
    const now = new Date(0)
    const holder = { namespace, holder: "anna (a-1)", operation: "op-a", fence: 9, ttlMs: 86_400_000 }
    world.api.put(leasePath(namespace, "signalbox-lock"), leaseOf({ ...holder, now, version: null }))
    await expect(command(world.session())).rejects.toMatchObject(
      failed(/is not revoked: staging is held by anna/),
    )
  })

  test("sibling of V24: a stored smoke test that is damaged is none of its business where it has one of its own", async () => {
    world.api.put(configMapPath(namespace, bundleName(world.setOf("good-2"))), { metadata: { name: "x" } })
    await expect(command(world.session())).rejects.toMatchObject({ code: "SMOKE_FAILED" })
    expect(verification("good-2")).toMatchObject({ ok: false })
  })
})

test("a ledger that is no ledger is one clear error that names the way out", async () => {
  const path = configMapPath(namespace, "signalbox-ledger")
  for (const text of ["", "{", "null", "[]", "{}", '{"schemaVersion":1,"entries":"none"}']) {
    world.api.put(path, { metadata: { name: "signalbox-ledger" }, data: { "ledger.json": text } })
    await expect(observe(world.session())).rejects.toMatchObject({
      code: "STATE_DAMAGED",
      detail: { next: expect.stringContaining("status --environment … --repair") },
    })
  }
})
