/** Ledger, journal and Lease are deleted: what Helm and the stored releases still tell of operations. */
import { describe, expect, test } from "vitest"
import { saveBundle } from "../../../src/deploy/bundles/index.ts"
import { configMapPath, leasePath } from "../../../src/deploy/cluster/index.ts"
import { repair } from "../../../src/deploy/driver/commands/repair.ts"
import { observe } from "../../../src/deploy/driver/observation.ts"
import { emptyLedger } from "../../../src/deploy/state/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { namespace } from "./support/session.ts"
import { setOf } from "./support/sets.ts"
import { Simulation } from "./support/simulation.ts"

/** @returns the ledger as it was. */
function loseAll(world: Simulation) {
  const ledger = world.ledger()
  for (const name of ["signalbox-ledger", "signalbox-journal"])
    world.api.objects.delete(configMapPath(namespace, name))
  world.api.objects.delete(leasePath(namespace, "signalbox-lock"))
  return ledger
}

async function heldWorld(): Promise<Simulation> {
  const world = new Simulation()
  await world.untilDone({ do: "deploy", version: "good-1" }, [])
  await world.untilDone({ do: "deploy", version: "unsmoked-4" }, [])
  return world
}

describe("V30 ledger, journal and Lease are deleted together", () => {
  test("V30 is noticed by Helm's revisions: the ledger is lost, and what was held is not deployed", async () => {
    const world = await heldWorld()
    loseAll(world)
    await expect(observe(world.session())).rejects.toMatchObject({
      ...{ code: "STATE_DAMAGED", exitCode: 11 },
      detail: {
        what: "the ledger of staging is lost",
        why: expect.stringContaining("Helm has a revision of operation call-"),
        next: expect.stringContaining("--repair"),
      },
    })
    const runs = world.runs()
    expect(await world.untilDone({ do: "deploy", version: "unsmoked-4" }, [])).toBe("STATE_DAMAGED")
    expect([world.runs(), world.api.objects.has(configMapPath(namespace, "signalbox-ledger"))]).toEqual([
      runs,
      false,
    ])
  })

  test("V30 is noticed by a stored release where Helm's history is gone, too", async () => {
    const world = new Simulation()
    await saveBundle(world.api, namespace, setOf("1.0.0"), { chart: new Map(), values: [], smoke: null })
    await expect(observe(world.session())).rejects.toMatchObject({
      code: "STATE_DAMAGED",
      detail: { why: expect.stringContaining("ConfigMap signalbox-kept-") },
    })
  })

  test("sibling of V30: a rollback does not begin anew either", async () => {
    const world = await heldWorld()
    loseAll(world)
    expect(await world.untilDone({ do: "rollback" }, [])).toBe("STATE_DAMAGED")
  })

  test("V30 a release of somebody else, deployed without Signalbox, is no trace of an operation", async () => {
    const world = new Simulation(null, undefined, new MemoryApi())
    world.release.foreign("good-1")
    expect(await world.untilDone({ do: "deploy", version: "good-2" }, [])).toBe("verified")
  })

  test("V30 no copy is taken as complete then without a person's reason: no number is left to compare it with", async () => {
    const world = await heldWorld()
    const ledger = loseAll(world)
    const wanted = { ledger, journal: null, from: "call-2", known: ledger.fence }
    const attempt = (more: Record<string, unknown>) =>
      repair(world.session({ question: { repair: { ...wanted, ...more } } }))
    await expect(attempt({})).rejects.toMatchObject({ code: "STATE_INCOMPLETE", exitCode: 18 })
    await attempt({ reason: "nothing was held since" })
    expect(world.ledger().holds).toEqual(ledger.holds)
    expect(await world.untilDone({ do: "deploy", version: "unsmoked-4" }, [])).toBe("refused")
  })
})

describe("V30 a blank ledger is in the place of the one that was lost", () => {
  const blank = (world: Simulation) => {
    const path = configMapPath(namespace, "signalbox-ledger")
    const object = world.api.objects.get(path)
    if (object === undefined) throw new Error("there is no ledger")
    world.api.put(path, { ...object, data: { "ledger.json": JSON.stringify(emptyLedger("staging")) } })
  }

  test.each([
    ["with Lease and journal as they were", []],
    [
      "without Lease and journal",
      [leasePath(namespace, "signalbox-lock"), configMapPath(namespace, "signalbox-journal")],
    ],
    ["without the journal", [configMapPath(namespace, "signalbox-journal")]],
  ] as const)("sibling of V30: %s: nothing is deployed, and it can be rebuilt", async (_what, gone) => {
    const world = await heldWorld()
    const ledger = world.ledger()
    blank(world)
    for (const path of gone) world.api.objects.delete(path)
    expect(await world.untilDone({ do: "deploy", version: "unsmoked-4" }, [])).toBe("STATE_DAMAGED")
    const wanted = { ledger, journal: null, from: "call-2", known: ledger.fence, reason: "nothing since" }
    await repair(world.session({ question: { repair: wanted } }))
    expect(world.ledger().holds).toEqual(ledger.holds)
    expect(await world.untilDone({ do: "deploy", version: "unsmoked-4" }, [])).toBe("refused")
  })

  test("sibling of V30: the ledger with which the first operation begins is none, wherever that one dies", async () => {
    for (let point = 0; ; point++) {
      const world = new Simulation()
      if ((await world.once({ do: "deploy", version: "good-1" }, point)) !== null) break
      expect(await world.untilDone({ do: "deploy", version: "good-2" }, [])).toBe("verified")
    }
  })
})
