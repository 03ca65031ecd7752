/** What a driver that has lost the lock does not do any more, whatever it still believes. */
import { beforeEach, expect, test } from "vitest"
import { configMapPath, type KubeObject, leasePath } from "../../../src/deploy/cluster/index.ts"
import { holderIdentity, leaseName, unlock } from "../../../src/deploy/lock/index.ts"
import { isUnfinished } from "../../../src/deploy/state/index.ts"
import { journalName, ledgerName } from "../../../src/deploy/state/store.ts"
import { consistent } from "./support/consistent.ts"
import type { MemoryClock } from "./support/memory-clock.ts"
import { namespace } from "./support/session.ts"
import { executeWish, Simulation } from "./support/simulation.ts"

const deploy = (version: string) => ({ do: "deploy" as const, version })
const journal = configMapPath(namespace, journalName)
const ledger = configMapPath(namespace, ledgerName)

let world: Simulation
beforeEach(async () => {
  world = new Simulation()
  await world.untilDone(deploy("good-1"), [])
})

test("a ledger that was on the way when the lock was taken over does not arrive in the middle of the way back", async () => {
  const replace = world.api.replace.bind(world.api)
  let arrive: (() => Promise<KubeObject>) | undefined
  let refused: unknown
  world.api.replace = async (path, object) => {
    if (path === ledger && arrive === undefined) {
      // Its driver is stopped with the write on the way.
      arrive = () => replace(path, object)
      return new Promise(() => {})
    }
    const stored = await replace(path, object)
    if (path === journal && refused === undefined && world.journal()?.phase === "back")
      refused = await arrive?.().catch((error: unknown) => error)
    return stored
  }
  void world.once(deploy("good-2"), Number.POSITIVE_INFINITY)
  while (arrive === undefined) await new Promise((resolve) => setImmediate(resolve))

  expect(await world.untilDone({ do: "rollback" }, [])).toBe("rolled-back")
  expect(refused).toMatchObject({ name: "ConflictError" })
  consistent(world)
  expect(world.runs()).toBe("good-1")
  expect(world.verifiedVersion()).toBe("good-1")
})

test("a driver that stood still with its clock changes nothing after a later holder has come and gone", async () => {
  const session = world.session()
  const get = world.api.get.bind(world.api)
  let stood = false
  world.api.get = async (path) => {
    if (path === journal && session.held !== null && !stood) {
      stood = true
      await unlock(world.api, namespace, holderIdentity(session.input.request.holder))
      await world.untilDone(deploy("good-2"), [])
    }
    return get(path)
  }
  await expect(executeWish(session, deploy("good-5"))).rejects.toMatchObject({
    code: "LOCK_LOST",
    exitCode: 14,
  })
  expect(world.runs()).toBe("good-2")
  expect(world.journal()?.fence).toBe(3)
  consistent(world)
})

test("whoever was silent for too long does not write the journal any more", async () => {
  const session = world.session()
  const clock = session.clock as MemoryClock
  const list = world.api.list.bind(world.api)
  let late: string | undefined
  world.api.list = async (path, selector) => {
    if (late === undefined && isUnfinished(world.journal())) {
      late = world.api.objects.get(journal)?.metadata.resourceVersion
      clock.elapsed += 40_000
    }
    return list(path, selector)
  }
  await expect(executeWish(session, deploy("good-2"))).rejects.toMatchObject({ code: "CLUSTER_UNREACHABLE" })
  expect(world.api.objects.get(journal)?.metadata.resourceVersion).toBe(late)
  expect(world.api.objects.has(leasePath(namespace, leaseName))).toBe(true)
})

test("a rollback that was recorded and then undone by a late Helm command is done again, not only closed", async () => {
  const isCutOff = () =>
    isUnfinished(world.journal()) && world.ledger().entries.at(-1)?.operation === world.journal()?.operation
  for (let point = 0; !isCutOff(); point++) {
    world = new Simulation()
    for (const version of ["good-1", "good-2"]) await world.untilDone(deploy(version), [])
    expect(await world.once({ do: "rollback" }, point)).toBeNull()
  }
  await world.release.upgrade("good-5", () => {})
  expect(await world.untilDone({ do: "rollback" }, [])).toBe("verified")
  consistent(world)
  expect(world.runs()).toBe("good-1")
})
