/** Two drivers at once in one cluster in memory, interleaved at every request; each may be stopped, and lose the lock. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { bundleName } from "../../../src/deploy/bundles/index.ts"
import { configMapPath } from "../../../src/deploy/cluster/index.ts"
import { verifiedEntries } from "../../../src/deploy/state/index.ts"
import { consistent } from "./support/consistent.ts"
import { caseFactor } from "./support/runs.ts"
import { namespace } from "./support/session.ts"
import { lastVersion, versions } from "./support/simulated-release.ts"
import { Simulation, type Wish } from "./support/simulation.ts"
import { type Driver, type Fault, TwoDrivers } from "./support/two-drivers.ts"

const wish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...versions).map((version) => ({ do: "deploy" as const, version })),
  },
  { weight: 1, arbitrary: fc.constant({ do: "rollback" as const }) },
)
const when = fc.oneof(
  fc.record({ of: fc.constant("requests" as const), count: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ of: fc.constant("changes" as const), count: fc.integer({ min: 1, max: 30 }) }),
)
const what = fc.record({
  kind: fc.constantFrom("freeze", "suspend", "stall", "unlock", "die"),
  // Shorter and longer than the Lease lives, and than its holder gives up.
  ms: fc.integer({ min: 100, max: 20_000 }),
  lands: fc.boolean(),
})
const fault: fc.Arbitrary<Fault> = fc.tuple(when, what).map(([at, then]) => ({ ...at, ...then }))
const driver: fc.Arbitrary<Driver> = fc.record({ wish, faults: fc.array(fault, { maxLength: 2 }) })
const before = fc.constantFrom([], ["good-1"], ["good-1", "good-2"], ["good-2", "good-1"])
const tape = fc.array(fc.nat({ max: 20 }), { maxLength: 600, size: "max" })

/** How a call may end: as it should, refused, without the lock, or dead (null). Nothing untyped, and no INTERNAL. */
const ends: readonly (string | null)[] = [
  ...[
    "verified",
    "rolled-back",
    "ROLLED_BACK",
    "ROLLBACK_FAILED",
    "NOTHING_VERIFIED",
    "DIGEST_HELD",
    "INCONCLUSIVE",
  ],
  ...["LOCKED", "LOCK_LOST", "CLUSTER_UNREACHABLE", null],
]

describe("two drivers at once", { timeout: 60_000 * caseFactor() }, () => {
  test("change nothing on a lock that they could know to be lost, and the next call mends what is left", async () => {
    await fc.assert(
      fc.asyncProperty(
        before,
        driver,
        driver,
        fc.constantFrom("a", "b"),
        tape,
        async (first, a, b, last, order) => {
          const simulation = new Simulation()
          for (const version of first) await simulation.untilDone({ do: "deploy", version }, [])
          const drivers = { a, b }
          const two = new TwoDrivers(simulation, order)
          await two.run(drivers)
          expect(two.deeds.violations).toEqual([])
          for (const outcome of Object.values(two.outcomes)) expect(ends).toContain(outcome)
          kept(simulation, Object.keys(drivers))
          const outcome = await simulation.untilDone(drivers[last].wish, [])
          // A Helm command may outlive the lock, and what it does late is nobody's to see in a call that is refused.
          if (outcome === "refused") await simulation.untilDone({ do: "deploy", version: lastVersion }, [])
          consistent(simulation)
          const entry = simulation.ledger().entries.at(-1)
          if (entry?.outcome === "verified") expect(simulation.runs()).toBe(entry.set.version)
        },
      ),
      { numRuns: 20 * caseFactor() },
    )
  })
})

/** What they verified can be brought back without Helm's history. */
function kept(simulation: Simulation, operations: readonly string[]): void {
  for (const { operation, kind, set } of verifiedEntries(simulation.ledger()))
    if (operations.includes(operation) && kind === "deploy")
      expect(simulation.api.objects.has(configMapPath(namespace, bundleName(set)))).toBe(true)
}
