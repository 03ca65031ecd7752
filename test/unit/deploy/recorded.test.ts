/** V02: what the ledger has of an operation is closed as recorded, and what runs by then is judged anew. */
import { describe, expect, test } from "vitest"
import { type Recovery, recoveryOf } from "../../../src/deploy/engine/index.ts"
import { fallbackOf, holdOn, isUnfinished } from "../../../src/deploy/state/index.ts"
import { Simulation, type Wish } from "./support/simulation.ts"

const deploy = (version: string): Wish => ({ do: "deploy", version })

/** A call whose driver dies after its ledger entry is written and before its journal is closed, at each such point. */
async function* cutOffAfterRecording(first: readonly string[], asked: Wish): AsyncGenerator<Simulation> {
  const prepared = async () => {
    const simulation = new Simulation()
    for (const version of first) await simulation.untilDone(deploy(version), [])
    return simulation
  }
  const whole = await prepared()
  const before = whole.points
  await whole.once(asked, Number.POSITIVE_INFINITY)
  // From its end backwards: the last points are those after it was recorded.
  for (let point = whole.points - before - 1; point >= 0; point--) {
    const simulation = await prepared()
    await simulation.once(asked, point)
    const journal = simulation.journal()
    if (journal === null || !isRecorded(simulation, journal.operation)) return
    if (isUnfinished(journal)) yield simulation
  }
}

function isRecorded(simulation: Simulation, operation: string): boolean {
  return simulation.ledger().entries.some((entry) => entry.operation === operation)
}

/** What happens at each kill point; at least one has to be met. */
async function atEach(
  first: readonly string[],
  asked: Wish,
  then: (simulation: Simulation) => Promise<void>,
): Promise<void> {
  let met = 0
  for await (const simulation of cutOffAfterRecording(first, asked)) {
    met += 1
    await then(simulation)
  }
  expect(met).toBeGreaterThan(1)
}

describe("V02: a deployment that is recorded as verified, and cut off", () => {
  test("is answered with 0 while it runs, without another operation", async () => {
    await atEach(["good-1"], deploy("good-2"), async (simulation) => {
      const entries = simulation.ledger().entries.length
      expect(await simulation.untilDone(deploy("good-2"), [])).toBe("verified")
      expect(simulation.ledger().entries).toHaveLength(entries)
      expect(isUnfinished(simulation.journal())).toBe(false)
    })
  })

  test("is judged anew when its pods are not ready any more: taken back, held, and never called verified", async () => {
    await atEach(["good-1"], deploy("good-2"), async (simulation) => {
      simulation.release.sicken("good-2")
      expect(await simulation.untilDone(deploy("good-2"), [])).toBe("rolled-back")
      expect(simulation.runs()).toBe("good-1")
      expect(holdOn(simulation.ledger(), simulation.setOf("good-2"))).toBeDefined()
      expect(fallbackOf(simulation.ledger(), null)?.set.version).toBe("good-1")
    })
  })

  test("is rolled out once more when only its pods have to be replaced", async () => {
    await atEach(["good-1"], deploy("good-2"), async (simulation) => {
      simulation.release.stopPods()
      expect(await simulation.untilDone(deploy("good-2"), [])).toBe("verified")
      expect([simulation.runs(), simulation.release.ready()]).toEqual(["good-2", true])
    })
  })
})

describe("V02, its mirror image: a deployment that is recorded as taken back, and cut off", () => {
  const before = ["good-1"]
  const failing = deploy("unsmoked-4")

  test("is answered as it was recorded while what came back runs", async () => {
    await atEach(before, failing, async (simulation) => {
      expect(await simulation.untilDone(failing, [])).toBe("rolled-back")
      expect(simulation.runs()).toBe("good-1")
    })
  })

  test("brings it back once more when its pods have stopped", async () => {
    await atEach(before, failing, async (simulation) => {
      simulation.release.stopPods()
      expect(await simulation.untilDone(failing, [])).toBe("rolled-back")
      expect([simulation.runs(), simulation.release.ready()]).toEqual(["good-1", true])
    })
  })

  test("needs a person (18) when that cannot be brought back, instead of saying that it is proven (15)", async () => {
    await atEach(before, failing, async (simulation) => {
      simulation.release.sicken("good-1")
      expect(await simulation.untilDone(failing, [])).toBe("person-needed")
    })
  })

  test("a rollback by hand looks whether what is back is ready, before it ends with 0", async () => {
    await atEach(before, failing, async (simulation) => {
      simulation.release.stopPods()
      expect(["verified", "rolled-back"]).toContain(await simulation.untilDone({ do: "rollback" }, []))
      expect([simulation.runs(), simulation.release.ready()]).toEqual(["good-1", true])
    })
  })
})

test.each<[string, Wish | null]>([
  ["the same", deploy("good-2")],
  ["another", deploy("good-5")],
  ["a rollback", null],
])("V02: whatever is asked next (%s), what is recorded is closed", async (_what, asked) => {
  await atEach(["good-1"], deploy("good-2"), async (simulation) => {
    const journal = simulation.journal()
    if (journal === null) throw new Error("there is no journal")
    const plan = JSON.parse(journal.plan)
    const { proof, basis, steps } = plan
    const now = { proof, basis, steps, refused: false }
    const wanted = asked?.do === "deploy" ? { set: simulation.setOf(asked.version), ...now } : null
    expect(recoveryOf(journal, simulation.ledger(), wanted)).toBe("close" satisfies Recovery)
  })
})
