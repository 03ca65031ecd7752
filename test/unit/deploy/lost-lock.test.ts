/** What a driver that has lost the lock does not do any more, whatever it still believes. */
import { beforeEach, expect, test } from "vitest"
import { configMapPath, leasePath } from "../../../src/deploy/cluster/index.ts"
import { holderIdentity, leaseName, unlock } from "../../../src/deploy/lock/index.ts"
import { isUnfinished } from "../../../src/deploy/state/index.ts"
import { journalName } from "../../../src/deploy/state/store.ts"
import { consistent } from "./support/consistent.ts"
import type { MemoryClock } from "./support/memory-clock.ts"
import { namespace } from "./support/session.ts"
import { carryOutWish, Simulation } from "./support/simulation.ts"

const deploy = (version: string) => ({ do: "deploy" as const, version })
const journal = configMapPath(namespace, journalName)

let world: Simulation
beforeEach(async () => {
  world = new Simulation()
  await world.untilDone(deploy("good-1"), [])
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
  await expect(carryOutWish(session, deploy("good-2"))).rejects.toMatchObject({ code: "CLUSTER_UNREACHABLE" })
  expect(world.api.objects.get(journal)?.metadata.resourceVersion).toBe(late)
  expect(world.api.objects.has(leasePath(namespace, leaseName))).toBe(true)
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
  await expect(carryOutWish(session, deploy("good-5"))).rejects.toMatchObject({
    code: "LOCK_LOST",
    exitCode: 14,
  })
  expect(world.runs()).toBe("good-2")
  expect(world.journal()?.fence).toBe(3)
  consistent(world)
})
