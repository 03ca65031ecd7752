/**
 * Random histories with everything in them: deployments with and without an approval, rollbacks, holds, kills at every
 * write, pods that stop being ready, edits by others between calls and during tests, two drivers at once. Never
 * "verified" over what does not run; never back to what was not verified; never less traffic than before; never an
 * approval that covers something else.
 */
import fc from "fast-check"
import { expect, test } from "vitest"
import { consistent } from "./support/consistent.ts"
import { caseFactor } from "./support/runs.ts"
import { lastVersion, versions } from "./support/simulated-release.ts"
import { Simulation, type Wish } from "./support/simulation.ts"
import { TwoDrivers } from "./support/two-drivers.ts"
import { Witness } from "./support/witness.ts"

const version = fc.constantFrom(...versions)
const others = fc.constantFrom(
  ...(["pods stop", "sick", "test by hand fails", "image", "environment", "service", "upgrade"] as const),
)
type Others = typeof others extends fc.Arbitrary<infer T> ? T : never
const meddling = fc.option(fc.constantFrom("environment", "image", "service", "upgrade"), { freq: 3 })
const deaths = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 3 })

const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("deploy" as const),
      version,
      /** Whether the plan was approved now, before the last event, or is none that anybody approved. */
      approval: fc.constantFrom("none", "none", "now", "before", "another"),
      deaths,
      meddling,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rollback" as const), deaths, meddling }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("others" as const), what: others }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("two drivers" as const),
      versions: fc.tuple(version, version),
      dies: fc.option(fc.integer({ min: 1, max: 120 })),
      tape: fc.array(fc.nat({ max: 20 }), { maxLength: 300, size: "max" }),
    }),
  },
)
type HistoryEvent = typeof event extends fc.Arbitrary<infer T> ? T : never

/** What a call may end with. Nothing untyped, and no INTERNAL. */
const ends = [
  ...["verified", "rolled-back", "inconclusive", "person-needed", "failed", "refused"],
  ...["APPROVAL_REQUIRED", "PLAN_STALE"],
]

class History {
  readonly simulation: Simulation
  readonly witness: Witness
  #calls = 0
  #approvals: `sha256:${string}`[] = []

  constructor(inconclusive: "keep" | "return") {
    let witness: Witness | undefined
    this.simulation = new Simulation(inconclusive, (_api, point) => {
      // Asked for at each call, which is after the witness has come.
      const toys = {
        get tools() {
          return witness?.tools(point) ?? {}
        },
      }
      return toys
    })
    witness = new Witness(this.simulation)
    this.witness = witness
  }

  async take(event: HistoryEvent): Promise<void> {
    switch (event.kind) {
      case "deploy": {
        const approve = await this.#approval(event.version, event.approval)
        return this.#call({ do: "deploy", version: event.version }, event, approve)
      }
      case "rollback":
        return this.#call({ do: "rollback" }, event, null)
      case "others":
        return this.#others(event.what)
      case "two drivers":
        return this.#two(event)
    }
  }

  async #approval(version: string, which: string): Promise<`sha256:${string}` | null> {
    if (which === "none") return null
    if (which === "before") return this.#approvals.at(-1) ?? null
    const hash = await this.witness.approve(which === "another" ? lastVersion : version)
    this.#approvals.push(hash)
    return hash
  }

  async #call(
    wish: Wish,
    { deaths, meddling }: { readonly deaths: readonly number[]; readonly meddling: string | null },
    approve: `sha256:${string}` | null,
  ): Promise<void> {
    const { simulation, witness } = this
    witness.meddling = meddling as Witness["meddling"]
    for (const dies of [...deaths, Number.POSITIVE_INFINITY]) {
      const call = `history-${++this.#calls}`
      const outcome = await simulation.once(wish, dies, { call, question: { approve } })
      witness.look(outcome, approve, call)
      if (outcome === null) continue
      expect(ends).toContain(outcome)
      if (outcome === "verified") expect(simulation.inTraffic()).toBe(true)
      if (outcome === "verified" && wish.do === "deploy") expect(simulation.runs()).toBe(wish.version)
      break
    }
    witness.meddling = null
    consistent(simulation)
  }

  async #others(what: Others): Promise<void> {
    const { simulation, witness } = this
    const { release } = simulation
    const running = simulation.runs()
    if (what === "test by hand fails") {
      if (running !== null) await simulation.failByHand()
      return
    }
    witness.others(() => {
      if (what === "pods stop") release.stopPods()
      if (what === "sick" && running !== null) release.sicken(running)
      if (what === "image") release.editImage()
      if (what === "environment") release.editEnvironment()
      if (what === "service") release.deleteService()
      if (what === "upgrade") release.foreign("good-5")
    })
  }

  async #two({
    versions: [one, other],
    dies,
    tape,
  }: Extract<HistoryEvent, { kind: "two drivers" }>): Promise<void> {
    const names = [`history-${++this.#calls}`, `history-${++this.#calls}`] as const
    const faults =
      dies === null
        ? []
        : [{ of: "requests" as const, count: dies, kind: "die" as const, ms: 0, lands: true }]
    const two = new TwoDrivers(this.simulation, tape)
    await two.run({
      [names[0]]: { wish: { do: "deploy", version: one }, faults },
      [names[1]]: { wish: { do: "deploy", version: other }, faults: [] },
    })
    expect(two.deeds.violations).toEqual([])
    // What a killed one has left is settled by the next call, before anything else is looked at.
    await this.#call({ do: "deploy", version: lastVersion }, { deaths: [], meddling: null }, null)
  }
}

test("never verified over what does not run, never back to what was not verified, never less traffic, never another approval", {
  timeout: 120_000 * caseFactor(),
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("keep" as const, "return" as const),
      fc.array(event, { minLength: 1, maxLength: 7 }),
      async (inconclusive, events) => {
        const history = new History(inconclusive)
        for (const one of events) await history.take(one)
      },
    ),
    { numRuns: 20 * caseFactor() },
  )
})
