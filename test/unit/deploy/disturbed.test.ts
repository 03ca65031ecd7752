/**
 * Random histories in which the world is not kind: pods stop being ready between calls, what they need is gone for good,
 * a test by hand fails, drivers die. Whatever is asked for, an answer of 0 is true, and nobody is taken out of traffic.
 */
import fc from "fast-check"
import { expect, test } from "vitest"
import { fallbackOf, holdOn } from "../../../src/deploy/state/index.ts"
import { consistent } from "./support/consistent.ts"
import { caseFactor } from "./support/runs.ts"
import { versions } from "./support/simulated-release.ts"
import { Simulation, type Wish } from "./support/simulation.ts"

type Disturbance = "none" | "pods stop" | "gone for good" | "test by hand fails"

const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...versions).map((one) => ({ do: "deploy" as const, version: one })),
  },
  { weight: 1, arbitrary: fc.constant({ do: "rollback" as const }) },
)
const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  { weight: 3, arbitrary: fc.constant("none" as const) },
  { weight: 3, arbitrary: fc.constant("pods stop" as const) },
  { weight: 1, arbitrary: fc.constantFrom("gone for good" as const, "test by hand fails" as const) },
)
/** Deaths of the same call, each followed by what happens before it is made again. */
const attempts = fc.array(fc.record({ dies: fc.integer({ min: 0, max: 60 }), afterwards: disturbance }), {
  maxLength: 3,
})
const call = fc.record({ wish, before: disturbance, attempts })
const policy = fc.constantFrom("keep" as const, "return" as const)

test("V02: no history ends with 0 for what does not run ready, and V01: none takes away what served", {
  timeout: 60_000 * caseFactor(),
}, async () => {
  await fc.assert(
    fc.asyncProperty(policy, fc.array(call, { minLength: 1, maxLength: 5 }), async (inconclusive, calls) => {
      const simulation = new Simulation(inconclusive)
      for (const { wish: asked, before, attempts: deaths } of calls) {
        await disturb(simulation, before)
        const served = simulation.inTraffic()
        let outcome: string | null = null
        for (const { dies, afterwards } of deaths) {
          outcome = await simulation.once(asked, dies)
          if (outcome !== null) break
          await disturb(simulation, afterwards)
        }
        outcome ??= await simulation.untilDone(asked, [])
        consistent(simulation)
        truthful(simulation, asked, outcome)
        if (served) expect(simulation.inTraffic()).toBe(true)
      }
    }),
    { numRuns: 40 * caseFactor() },
  )
})

async function disturb(simulation: Simulation, what: Disturbance): Promise<void> {
  const version = simulation.runs()
  if (what === "pods stop") simulation.release.stopPods()
  if (what === "gone for good" && version !== null) simulation.release.sicken(version)
  if (what === "test by hand fails") await simulation.failByHand()
}

/** What the answer says holds for what runs at that moment. */
function truthful(simulation: Simulation, asked: Wish, outcome: string): void {
  const running = simulation.runs()
  const ready = simulation.release.ready()
  const ledger = simulation.ledger()
  switch (outcome) {
    case "verified":
      expect(ready).toBe(true)
      expect(ledger.entries.at(-1)).toMatchObject({ outcome: "verified", set: { version: running } })
      if (asked.do === "deploy") expect(running).toBe(asked.version)
      return
    case "rolled-back":
      expect(ready).toBe(true)
      expect(fallbackOf(ledger, null)?.set.version).toBe(running)
      if (asked.do === "deploy") expect(running).not.toBe(asked.version)
      return
    case "inconclusive":
      expect(asked).toMatchObject({ version: expect.stringMatching(/^(undecided|patient)/) })
      expect(ready).toBe(true)
      expect(holdOn(ledger, simulation.setOf(running ?? ""))).toBeUndefined()
      expect(fallbackOf(ledger, null)?.set.version).not.toBe(running)
      return
    case "person-needed":
    case "refused":
      return
    default:
      expect(outcome).toBe("failed")
  }
}
