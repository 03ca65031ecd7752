/** Approvals of people who did not write the change: asked before a roll-out and of one that is taken up again. */
import { describe, expect, test } from "vitest"
import { approversRefusal, basisOf } from "../../../src/deploy/plan/index.ts"
import type { DriverRequest } from "../../../src/deploy/request.ts"
import { append, emptyLedger, lastVerified, type StoredLedger } from "../../../src/deploy/state/index.ts"
import { type Digest, SignalboxError, sha256 } from "../../../src/domain/index.ts"
import { consistent } from "./support/consistent.ts"
import { environmentOf, setOf } from "./support/sets.ts"
import { executeWish, prepared, Simulation, type Wish } from "./support/simulation.ts"

const approvers = ["alice", "bob", "carol", "dave"].map((name) => ({
  name,
  emails: [`${name}@shop.example`],
}))
const two = { approvals: 2 }

type Approval = NonNullable<DriverRequest["approval"]>
function given(approvedBy: readonly string[], changes: Approval["changes"]): Approval {
  return { approvers, approvedBy: [...approvedBy], changes }
}
const byCarol = (since: Digest | null) => ({ since, authors: ["carol@shop.example", "noreply@github.com"] })

/** An environment that needs two approvals; what is released is carol's. */
class Approved extends Simulation {
  call(version: string, approvedBy: readonly string[] | null, diesAfter = Number.POSITIVE_INFINITY) {
    return this.wish({ do: "deploy", version }, approvedBy, diesAfter)
  }

  async wish(wish: Wish, approvedBy: readonly string[] | null, diesAfter = Number.POSITIVE_INFINITY) {
    const since = this.since()
    const approval = approvedBy === null ? null : given(approvedBy, byCarol(since))
    return this.once(wish, diesAfter, { environment: two, question: { approval } })
  }

  since(): Digest | null {
    return (this.journal() === null ? null : lastVerified(this.ledger()))?.set.record ?? null
  }
}

async function running(): Promise<Approved> {
  const simulation = new Approved("keep")
  expect(await simulation.call("good-1", ["alice", "bob"])).toBe("verified")
  return simulation
}

describe("a deployment to an environment with approvals", () => {
  test("records the approvers who counted in journal and ledger", async () => {
    const simulation = new Approved("keep")
    expect(await simulation.call("good-1", ["bob", "carol", "alice", "mallory"])).toBe("verified")
    expect(simulation.journal()?.approvedBy).toEqual(["alice", "bob"])
    expect(simulation.ledger().entries.at(-1)?.approvedBy).toEqual(["alice", "bob"])
  })

  test.each([
    ["nobody", null],
    ["an empty list", []],
    ["one", ["alice"]],
    ["one twice", ["alice", "ALICE"]],
    ["the author beside one", ["alice", "carol"]],
    ["somebody whom the policy does not name", ["alice", "mallory"]],
  ])("is refused by the approval of %s, and changes nothing", async (_, approvedBy) => {
    const simulation = await running()
    const points = simulation.revisions().length
    expect(await simulation.call("good-2", approvedBy)).toBe("refused")
    expect([simulation.runs(), simulation.revisions().length]).toEqual(["good-1", points])
  })

  test("a failed one is recorded with its approvers, what came back instead without", async () => {
    const simulation = await running()
    await simulation.call("unsmoked-2", ["alice", "bob"])
    const [failed, back] = simulation.ledger().entries.slice(-2)
    expect([failed?.outcome, failed?.approvedBy]).toEqual(["rolled-back", ["alice", "bob"]])
    expect([back?.kind, back?.approvedBy]).toEqual(["rollback", undefined])
  })

  test("a rollback asks nobody", async () => {
    const simulation = await running()
    await simulation.call("good-2", ["alice", "bob"])
    expect(await simulation.wish({ do: "rollback" }, null)).toBe("verified")
    expect(simulation.runs()).toBe("good-1")
    expect(simulation.journal()).not.toHaveProperty("approvedBy")
  })
})

describe("a deployment whose driver was killed", () => {
  const points = [2, 4, 6, 8, 10, 12, 14, 16]

  test("is not finished by a call without the approvals: back on what was verified, wherever it was killed", async () => {
    let met = 0
    for (const diesAfter of points) {
      const simulation = await running()
      await simulation.call("good-2", ["alice", "bob"], diesAfter)
      if (simulation.journal()?.phase === "finished") continue
      met++
      for (const approvedBy of [["alice", "carol"], null])
        expect(await simulation.call("good-2", approvedBy)).toBe("refused")
      expect([simulation.runs(), simulation.inTraffic()]).toEqual(["good-1", true])
      consistent(simulation)
    }
    expect(met).toBeGreaterThan(2)
  })

  test("is finished by a call with them; whoever approved either of the two is recorded", async () => {
    let met = 0
    for (const diesAfter of points) {
      const simulation = await running()
      await simulation.call("good-2", ["alice", "bob"], diesAfter)
      if (simulation.journal()?.phase === "finished") continue
      const operation = simulation.journal()?.operation
      // The second call is of a job whose approvals are others.
      const since = simulation.since()
      const approval = given(["alice", "dave"], byCarol(since))
      const question = { approval }
      await simulation.once({ do: "deploy", version: "good-2" }, Number.POSITIVE_INFINITY, {
        ...{ environment: two, question },
      })
      const entry = simulation.ledger().entries.at(-1)
      expect([simulation.runs(), entry?.outcome]).toEqual(["good-2", "verified"])
      if (entry?.operation !== operation) continue
      met++
      expect(entry?.approvedBy).toEqual(["alice", "bob", "dave"])
    }
    expect(met).toBeGreaterThan(2)
  })

  test("a rollback of it asks nobody", async () => {
    const simulation = await running()
    await simulation.call("good-2", ["alice", "bob"], 8)
    expect(await simulation.wish({ do: "rollback" }, null)).toBe("rolled-back")
    expect(simulation.runs()).toBe("good-1")
  })
})

describe("why a deployment has too few approvals", () => {
  const environment = { ...environmentOf({ name: "production" }), approvals: 2 }
  const ledger = verified("good-1")
  const since = setOf("good-1").record
  const why = (approval: DriverRequest["approval"], from: StoredLedger = ledger) =>
    approversRefusal({ environment, approval }, from)

  test("says who counted, who did not and why, and how to go on: 16", () => {
    const refusal = why(given(["alice", "carol", "mallory"], byCarol(since)))
    expect(refusal).toBeInstanceOf(SignalboxError)
    expect(refusal).toMatchObject({ code: "APPROVERS_MISSING", exitCode: 16 })
    expect(refusal?.detail).toMatchObject({
      what: "production needs the approval of 2 people who did not write the change",
      why: "counted: alice; carol: has changed it, as carol@shop.example; mallory: the policy names no such approver",
      next: "let 1 more of the policy's approvers approve it: alice, bob, carol, dave",
    })
  })

  test("on a laptop: says that the CI server passes the names on", () => {
    expect(why(null)?.detail.next).toContain("CI server")
    expect(why(given([], null))?.detail.next).toContain("--approved-by")
  })

  test("authors that are not known refuse, whoever approved", () => {
    expect(why(given(["alice", "bob"], null))?.detail.why).toContain("who wrote the change is not known")
  })

  test.each([
    ["of the release before", () => verified("good-1", "good-2")],
    ["while nothing was verified", () => emptyLedger("production")],
  ])("authors since another release than the one verified last, %s, refuse", (_, from) => {
    expect(why(given(["alice", "bob"], byCarol(since)), from())?.detail.next).toContain("call again")
  })

  test("what was verified last counts also where that was revoked or trimmed: no commit since gets lost", () => {
    const revoked = append(ledger, entryOf("good-1", { kind: "smoke", outcome: "failed" }))
    expect(why(given(["alice", "bob"], byCarol(since)), revoked)).toBeNull()
    const old = ledger.entries[0] ?? null
    const trimmed = {
      ...emptyLedger("production"),
      trimmed: { entries: 1, head: sha256("head"), verified: old },
    }
    expect(why(given(["alice", "bob"], byCarol(since)), trimmed)).toBeNull()
    expect(why(given(["alice", "bob"], byCarol(null)), trimmed)?.code).toBe("APPROVERS_MISSING")
  })

  test("without approvals of the environment there is none", () => {
    expect(approversRefusal({ environment: environmentOf(), approval: null }, ledger)).toBeNull()
  })
})

test("how many are needed is in the hash of a plan, and who approved is not", () => {
  const { target } = prepared("good-1")
  const basis = (more: Record<string, unknown>, approval: DriverRequest["approval"] = null) => {
    const { request } = new Simulation().session({ environment: more, question: { approval } }).input
    return basisOf(request, target)
  }
  expect(basis(two)).not.toEqual(basis({ approvals: 1 }))
  expect(basis(two).settings).toMatchObject({ approvals: 2 })
  expect(basis(two, given(["alice"], null))).toEqual(basis(two))
  expect(basis({}).settings).not.toHaveProperty("approvals")
})

test("an approval of the plan is asked first: its hash is what the approvers look at", async () => {
  const simulation = new Simulation("keep")
  const question = { approve: sha256("another plan"), approval: null }
  const call = executeWish(simulation.session({ environment: two, question }), {
    ...{ do: "deploy", version: "good-1" },
  } as Wish)
  await expect(call).rejects.toMatchObject({ code: "PLAN_STALE" })
})

function entryOf(version: string, more: object = {}) {
  return {
    ...{ operation: `of-${version}`, kind: "deploy" as const, fence: 1, at: "2026-01-01T00:00:00Z" },
    ...{ by: "tester", set: setOf(version), revision: 1, outcome: "verified" as const },
    ...{ planHash: sha256("plan") },
    ...more,
  }
}

function verified(...versions: readonly string[]): StoredLedger {
  return versions.reduce(
    (ledger, version) => append(ledger, entryOf(version)),
    emptyLedger("production") as StoredLedger,
  )
}
