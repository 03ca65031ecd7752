/** A step and a strategy that only the tests have: each by its contract, on the engine as it is, killed at every write. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { holdOn, isUnfinished, planOf } from "../../../src/deploy/state/index.ts"
import { consistent } from "./support/consistent.ts"
import { caseFactor, killPoints } from "./support/runs.ts"
import { namespace } from "./support/session.ts"
import { Simulation, type ToysOf, type Wish } from "./support/simulation.ts"
import { schemaOf, schemaStep } from "./toys/schema-step.ts"
import { twoReleases } from "./toys/two-releases.ts"

const step: ToysOf = () => ({ steps: [schemaStep] })
const both: ToysOf = (api, point) => {
  const toys = twoReleases(api, point)
  return { ...toys, steps: [...(toys.steps ?? []), schemaStep] }
}

const toys: readonly (readonly [string, ToysOf, readonly string[]])[] = [
  ["a step, with our strategy", step, ["expand-schema", "roll-out", "smoke", "load", "verify"]],
  [
    "a strategy of two Helm releases",
    twoReleases,
    ["bring-idle", "smoke", "load", "switch-traffic", "verify"],
  ],
  ["both", both, ["expand-schema", "bring-idle", "smoke", "load", "switch-traffic", "verify"]],
]

const deploy = (version: string): Wish => ({ do: "deploy", version })
const rollback: Wish = { do: "rollback" }
const wishes: readonly Wish[] = [
  ...["good-2", "unready-3", "unsmoked-4", "unloaded-6", "undecided-8"].map(deploy),
  rollback,
]

async function world(toy: ToysOf, first: readonly string[]): Promise<Simulation> {
  const simulation = new Simulation(null, toy)
  for (const version of first) expect(await simulation.untilDone(deploy(version), [])).toBe("verified")
  return simulation
}

/** What must hold after a finished call, by how it ended. */
async function settled(simulation: Simulation, wish: Wish, outcome: string, before: string | null) {
  consistent(simulation)
  const entry = simulation.ledger().entries.at(-1)
  if (entry?.outcome === "verified") expect(simulation.runs()).toBe(entry.set.version)
  if (wish.do === "deploy" && outcome === "rolled-back") {
    expect(simulation.runs()).toBe(before)
    if (!wish.version.startsWith("undecided"))
      expect(holdOn(simulation.ledger(), simulation.setOf(wish.version))).toBeDefined()
  }
  if (wish.do === "deploy" && outcome === "verified") expect(simulation.runs()).toBe(wish.version)
}

/** The schema is that of what is verified and runs. */
async function schemaFits(simulation: Simulation): Promise<void> {
  const entry = simulation.ledger().entries.at(-1)
  if (entry?.outcome !== "verified") return
  expect(await schemaOf(simulation.api, namespace)).toBe(entry.set.version)
}

describe.each(toys)("%s", { timeout: 60_000 * caseFactor() }, (_name, toy, steps) => {
  test("stands in the plan, and is carried out in its order", async () => {
    const simulation = await world(toy, ["good-1"])
    const journal = simulation.journal()
    if (journal === null) throw new Error("there is no journal")
    expect(planOf(journal).steps.map(({ id }) => id)).toEqual(steps)
    expect(journal.steps.map(({ id, state }) => [id, state])).toEqual(steps.map((id) => [id, "done"]))
  })

  test("wherever the drivers die, and whatever is asked for", async () => {
    const deaths = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 3 })
    const call = fc.record({ wish: fc.constantFrom(...wishes), deaths })
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 4 }), async (calls) => {
        const simulation = new Simulation(null, toy)
        for (const { wish, deaths } of calls) {
          const before = simulation.verifiedVersion()
          const outcome = await simulation.untilDone(wish, deaths)
          if (outcome !== "refused") await settled(simulation, wish, outcome, before)
        }
      }),
      { numRuns: 15 * caseFactor() },
    )
  })
})

describe.each([
  ["a step, with our strategy", step],
  ["a step, with a strategy of two Helm releases", both],
] as const)("%s, killed at every write", { timeout: 60_000 }, (_name, toy) => {
  test.each([
    ["a good one", deploy("good-2")],
    ["one that fails its smoke test", deploy("unsmoked-4")],
    ["a rollback", rollback],
  ])("the same call again converges: %s", async (_what, wish) => {
    const ready = await world(toy, ["good-5", "good-1"])
    let last = 0
    for (const point of killPoints()) {
      const simulation = ready.copy()
      const before = simulation.verifiedVersion()
      const first = await simulation.once(wish, point)
      if (first !== null) break
      last = point
      const outcome = await simulation.untilDone(wish, [])
      await settled(simulation, wish, outcome, before)
      await schemaFits(simulation)
    }
    expect(last).toBeGreaterThan(20)
  })

  test("another call instead converges as well", async () => {
    const ready = await world(toy, ["good-1"])
    for (const point of killPoints()) {
      const simulation = ready.copy()
      if ((await simulation.once(deploy("good-2"), point)) !== null) break
      await settled(simulation, deploy("good-5"), await simulation.untilDone(deploy("good-5"), []), "good-1")
      expect(simulation.runs()).toBe("good-5")
      await schemaFits(simulation)
    }
  })
})

describe("the way back of a step", () => {
  const wayBack = (simulation: Simulation) => {
    const journal = simulation.journal()
    if (journal === null) throw new Error("there is no journal")
    const planned = planOf(journal).steps.map(({ id }) => id)
    return journal.steps.filter(({ id }) => !planned.includes(id)).map(({ id }) => id)
  }

  test("is gone after what was verified is back, and before that is proven", async () => {
    const simulation = await world(step, ["good-1"])
    expect(await simulation.untilDone(deploy("unsmoked-4"), [])).toBe("rolled-back")
    expect(wayBack(simulation)).toEqual(["return", "contract-schema", "prove", "record"])
    expect(await schemaOf(simulation.api, namespace)).toBe("good-1")
  })

  test("is gone, and nothing is held, where the roll-out itself changed nothing", async () => {
    const refused = async () => ({ ok: false, cause: "forbidden", untouched: true }) as const
    const ready = await world(step, ["good-1"])
    const simulation = ready.copy(() => ({ steps: [schemaStep], tools: { rollOut: refused } }))
    expect(await simulation.untilDone(deploy("good-2"), [])).toBe("rolled-back")
    expect([simulation.runs(), await schemaOf(simulation.api, namespace)]).toEqual(["good-1", "good-1"])
    expect(simulation.ledger().holds).toEqual([])
  })

  test("is gone where nothing verified is there, too", async () => {
    const simulation = new Simulation(null, both)
    expect(await simulation.untilDone(deploy("unsmoked-4"), [])).toBe("person-needed")
    expect(wayBack(simulation)).toEqual(["take-off", "contract-schema", "record"])
    expect([simulation.runs(), await schemaOf(simulation.api, namespace)]).toEqual([null, null])
  })
})

describe("a version that does not know a step of an interrupted plan", () => {
  test("never records it as verified, and can go back", async () => {
    const ready = await world(step, ["good-1"])
    for (const point of killPoints()) {
      const simulation = ready.copy()
      if ((await simulation.once(deploy("good-2"), point)) !== null) break
      const older = simulation.copy(() => ({}))
      // Before it began, and after it was recorded, there is nothing to carry out.
      if (!isUnfinished(older.journal()) || older.ledger().entries.length > 1) continue
      expect(await older.once(deploy("good-2"), Number.POSITIVE_INFINITY)).toBe("INTERNAL")
      expect(older.ledger().entries).toHaveLength(1)
      expect(await older.untilDone(rollback, [])).toBe("rolled-back")
      expect(older.runs()).toBe("good-1")
    }
  })

  test("that does not know its strategy does nothing at all", async () => {
    const simulation = await world(twoReleases, ["good-1"])
    expect(await simulation.once(deploy("good-2"), 25)).toBeNull()
    const older = simulation.copy(() => ({}))
    const journal = older.journal()
    expect(await older.once(rollback, Number.POSITIVE_INFINITY)).toBe("INTERNAL")
    expect(older.journal()).toEqual(journal)
  })
})
