import { expect, test } from "vitest"
import { ConflictError } from "../../../src/deploy/cluster/index.ts"
import { ensureNamespace, withLock } from "../../../src/deploy/driver/locked.ts"
import { observe } from "../../../src/deploy/driver/observation.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { memorySession } from "./support/session.ts"
import { Simulation } from "./support/simulation.ts"

test("a namespace that two first runs make at once is there for both", async () => {
  const api = new MemoryApi()
  api.create = async (collection) => {
    api.put(`${collection}/apps`, { metadata: { name: "apps", uid: "uid-7" } })
    throw new ConflictError(`${collection}/apps`)
  }
  expect(await ensureNamespace(memorySession(api, new MemoryClock()), true)).toBe("uid-7")
})

test("of two first runs, neither takes the other's beginning for a ledger that is lost", async () => {
  const world = new Simulation()
  const session = world.session()
  const { store } = session
  const readJournal = store.readJournal.bind(store)
  let begun = false
  // This run has read that there is no ledger when the other one writes it and takes the Lease.
  store.readJournal = async () => {
    const journal = await readJournal()
    if (!begun) {
      begun = true
      await withLock(world.session(), async () => {})
    }
    return journal
  }
  const seen = await observe(session)
  expect(seen.world.ledger.entries).toEqual([])
  expect(seen.ledgerVersion).not.toBeNull()
})
