/** A recovery that ends where only a person goes on is the end of the call that finds it. */
import { describe, expect, test } from "vitest"
import { lastVersion } from "./support/simulated-release.ts"
import { Simulation, type Wish } from "./support/simulation.ts"

const deploy = (version: string): Wish => ({ do: "deploy", version })

/** unsmoked-4 was killed on its way back to good-1, which does not get ready any more. */
async function killedOnTheWayBack(): Promise<Simulation> {
  const world = new Simulation()
  await world.untilDone(deploy("good-1"), [])
  for (let death = 0; death < 80; death++) {
    const copy = world.copy()
    if ((await copy.once(deploy("unsmoked-4"), death)) !== null) break
    const journal = copy.journal()
    const begun = journal?.steps.some((step) => step.id === "return" && step.state === "running")
    if (journal?.phase !== "back" || begun !== true) continue
    copy.release.sicken("good-1")
    return copy
  }
  throw new Error("no driver died on its way back")
}

describe("V46 a recovery that needs a person", () => {
  test("V46 is told with 18, and nothing more is deployed by that call; the next one deploys", async () => {
    const world = await killedOnTheWayBack()
    expect(await world.untilDone(deploy(lastVersion), [])).toBe("person-needed")
    expect(world.runs()).toBe("good-1")
    expect(world.ledger().entries.map(({ set }) => set.version)).not.toContain(lastVersion)
    expect(await world.untilDone(deploy(lastVersion), [])).toBe("verified")
  })

  test("sibling of V46: as well where its driver died after the ledger had it, before anybody was told", async () => {
    const world = await killedOnTheWayBack()
    let told = false
    for (let death = 0; death < 80 && !told; death++) {
      const copy = world.copy()
      copy.release.sicken("good-1")
      if ((await copy.once(deploy(lastVersion), death)) !== null) break
      const recorded = copy.ledger().entries.at(-1)?.outcome === "failed"
      if (!recorded || copy.journal()?.phase === "finished") continue
      told = true
      expect(await copy.untilDone(deploy(lastVersion), [])).toBe("person-needed")
      expect(await copy.untilDone(deploy(lastVersion), [])).toBe("verified")
    }
    expect(told).toBe(true)
  })

  test("sibling of V46: a rollback is not followed by another one in the same call", async () => {
    const world = await killedOnTheWayBack()
    expect(await world.untilDone({ do: "rollback" }, [])).toBe("person-needed")
    expect(world.runs()).toBe("good-1")
  })
})
