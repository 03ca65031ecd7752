/** X10, V25: a load test without a verdict holds nothing and removes nothing; the same call repeats it. */
import { describe, expect, test } from "vitest"
import { driverActions } from "../../../src/deploy/driver/actions.ts"
import { resultOf } from "../../../src/deploy/driver/result.ts"
import { inconclusivePolicy } from "../../../src/deploy/inconclusive.ts"
import { verificationOf } from "../../../src/deploy/plan/promotion.ts"
import { fallbackOf, type StoredJournal } from "../../../src/deploy/state/index.ts"
import { stepCatalogue } from "../../../src/deploy/steps/catalogue.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { killPoints } from "./support/runs.ts"
import { memorySession, namespace } from "./support/session.ts"
import { environmentOf, setOf } from "./support/sets.ts"
import { Simulation } from "./support/simulation.ts"

const deploy = (version: string) => ({ do: "deploy" as const, version })

function exitCode(simulation: Simulation): number {
  return resultOf(simulation.journal() as StoredJournal, stepCatalogue).exitCode
}

describe("V25: without a verdict", () => {
  test.each(["keep", "return"] as const)(
    "X10: a first release stays in traffic and is not held (%s)",
    async (policy) => {
      const simulation = new Simulation(policy)
      expect(await simulation.untilDone(deploy("undecided-8"), [])).toBe("inconclusive")
      expect([exitCode(simulation), simulation.runs(), simulation.inTraffic()]).toEqual([
        12,
        "undecided-8",
        true,
      ])
      expect(simulation.ledger().holds).toEqual([])
      expect(await simulation.untilDone(deploy("good-1"), [])).toBe("verified")
    },
  )

  test("keep: the release runs on, unverified and not promotable, and no failure goes back to it", async () => {
    const simulation = new Simulation("keep")
    await simulation.untilDone(deploy("good-1"), [])
    expect(await simulation.untilDone(deploy("undecided-8"), [])).toBe("inconclusive")
    expect([exitCode(simulation), simulation.runs()]).toEqual([12, "undecided-8"])
    const ledger = simulation.ledger()
    expect(ledger.entries.at(-1)).toMatchObject({ outcome: "failed", noVerdict: "inconclusive" })
    expect(ledger.holds).toEqual([])
    expect(fallbackOf(ledger, null)?.set.version).toBe("good-1")
    expect(verificationOf(ledger, simulation.setOf("undecided-8"), 60_000, "2026-01-01T00:00:00Z")).toEqual({
      ok: false,
      why: expect.stringMatching(/^their load test there gave no verdict on .*: too few requests$/),
    })
  })

  test("return: the last verified one comes back, the end is 12 all the same, and nothing is held", async () => {
    const simulation = new Simulation("return")
    await simulation.untilDone(deploy("good-1"), [])
    expect(await simulation.untilDone(deploy("undecided-8"), [])).toBe("rolled-back")
    expect([exitCode(simulation), simulation.runs()]).toEqual([12, "good-1"])
    expect(simulation.ledger().holds).toEqual([])
    expect(simulation.ledger().entries.slice(-2)).toMatchObject([
      { set: { version: "undecided-8" }, outcome: "rolled-back", noVerdict: "inconclusive" },
      { set: { version: "good-1" }, outcome: "verified" },
    ])
  })

  test("the same call repeats the load test, and verifies when it has a verdict", async () => {
    const simulation = new Simulation("keep")
    await simulation.untilDone(deploy("good-1"), [])
    expect(await simulation.untilDone(deploy("patient-9"), [])).toBe("inconclusive")
    const revisions = simulation.revisions().length
    expect(await simulation.untilDone(deploy("patient-9"), [])).toBe("verified")
    expect(simulation.revisions()).toHaveLength(revisions)
  })

  test("a rollback by hand leaves it, and holds it as a person's decision", async () => {
    const simulation = new Simulation("keep")
    await simulation.untilDone(deploy("good-1"), [])
    await simulation.untilDone(deploy("undecided-8"), [])
    expect(await simulation.untilDone({ do: "rollback" }, [])).toBe("verified")
    expect(simulation.runs()).toBe("good-1")
    expect(simulation.ledger().holds.map((one) => one.version)).toEqual(["undecided-8"])
  })

  test.each(["keep", "return"] as const)(
    "wherever the driver dies, it ends the same way (%s)",
    { timeout: 120_000 },
    async (policy) => {
      for (const point of killPoints()) {
        const simulation = new Simulation(policy)
        await simulation.untilDone(deploy("good-1"), [])
        if ((await simulation.once(deploy("undecided-8"), point)) !== null) break
        await simulation.untilDone(deploy("undecided-8"), [])
        expect([exitCode(simulation), simulation.inTraffic()]).toEqual([12, true])
        expect(simulation.runs()).toBe(policy === "keep" ? "undecided-8" : "good-1")
        expect(simulation.ledger().holds).toEqual([])
      }
    },
  )
})

test.each([
  ["keep, by default", {}, "keep"],
  ["return, where it is protected", { protected: true }, "return"],
  ["as it is said", { protected: true, load: { inconclusive: "keep" } }, "keep"],
])("V25: what becomes of the release: %s", (_what, more, expected) => {
  expect(inconclusivePolicy(environmentOf(more))).toBe(expected)
})

test("V25: a load test whose way to the target is not there breaks by itself, and blocks no later call", async () => {
  const missing = new SignalboxError("CONFIG_INVALID", {
    what: "release app has no Service of component web",
  })
  const api = new MemoryApi()
  api.put(`/api/v1/namespaces/${namespace}`, { metadata: { name: namespace } })
  const access = { baseUrl: () => Promise.reject(missing), close: async () => {} }
  const session = { ...memorySession(api, new MemoryClock()), access: () => access }
  const { signal } = new AbortController()
  expect(await driverActions(session, "op", null).load(setOf("1.0.0"), 1000, signal)).toMatchObject({
    ok: false,
    noVerdict: "error",
  })
})
