import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { holdOn } from "../../../src/deploy/state/index.ts"
import { consistent } from "./support/consistent.ts"
import { caseFactor } from "./support/runs.ts"
import { Simulation, type Wish } from "./support/simulation.ts"

const version = fc.constantFrom("good-1", "good-2", "unready-3", "unsmoked-4", "good-5", "unloaded-6")
const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 4, arbitrary: version.map((one) => ({ do: "deploy" as const, version: one })) },
  { weight: 1, arbitrary: fc.constant({ do: "rollback" as const }) },
)
/** After how many steps of the world the driver dies, each time it is started. */
const deaths = fc.array(fc.integer({ min: 0, max: 45 }), { maxLength: 4 })

describe("whatever is asked for and wherever the driver dies", { timeout: 60_000 * caseFactor() }, () => {
  test("the same call again converges, on what is verified or on a person's desk", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ wish, deaths }), { minLength: 1, maxLength: 5 }),
        async (calls) => {
          const simulation = new Simulation()
          for (const call of calls) {
            const before = simulation.verifiedVersion()
            const outcome = await simulation.untilDone(call.wish, call.deaths)
            consistent(simulation)
            settled(simulation, call.wish, outcome, before)
          }
        },
      ),
      { numRuns: 25 * caseFactor() },
    )
  })

  test("another call instead converges as well: what was interrupted is settled first", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ wish, death: fc.integer({ min: 0, max: 45 }) }), { minLength: 1, maxLength: 5 }),
        wish,
        async (interrupted, last) => {
          const simulation = new Simulation()
          await simulation.untilDone({ do: "deploy", version: "good-1" }, [])
          for (const { wish: asked, death } of interrupted) await simulation.once(asked, death)
          await simulation.untilDone(last, [])
          consistent(simulation)
          const entry = simulation.ledger().entries.at(-1)
          if (entry?.outcome === "verified") expect(simulation.runs()).toBe(entry.set.version)
        },
      ),
      { numRuns: 25 * caseFactor() },
    )
  })
})

function settled(simulation: Simulation, wish: Wish, outcome: string, before: string | null): void {
  if (wish.do === "rollback") return
  const good = wish.version.startsWith("good")
  if (outcome === "verified") {
    expect(good).toBe(true)
    expect(simulation.runs()).toBe(wish.version)
  } else if (outcome === "rolled-back") {
    expect(good).toBe(false)
    expect(simulation.runs()).toBe(before)
    expect(holdOn(simulation.ledger(), simulation.setOf(wish.version))).toBeDefined()
  } else if (outcome === "person-needed") {
    expect(good).toBe(false)
    expect(before).toBeNull()
    expect(simulation.inTraffic()).toBe(false)
  } else expect(outcome).toBe("refused")
}
