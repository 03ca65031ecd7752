import { beforeEach, describe, expect, test } from "vitest"
import { configMapPath } from "../../../src/deploy/cluster/index.ts"
import { emptyLedger, StateStore } from "../../../src/deploy/state/index.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"

const path = configMapPath("apps", "signalbox-ledger")
const ledger = (fence: number) => ({ ...emptyLedger("staging"), fence })

let api: MemoryApi
let store: StateStore
beforeEach(() => {
  api = new MemoryApi()
  store = new StateStore(api, "apps")
})

/** The API server answers so many writes with 503, after it has stored them or instead. */
function unanswered(count: number, stored: boolean): () => number {
  let asked = 0
  api.onWrite = (_path, done) => {
    if (done === stored && ++asked <= count)
      throw new SignalboxError("CLUSTER_UNREACHABLE", { what: "HTTP 503" })
  }
  return () => asked
}

describe("a write that is not answered", () => {
  test.each([1, 2])("and did not arrive is tried again (%s times)", async (count) => {
    const { version } = await store.writeLedger(ledger(1), null)
    unanswered(count, false)
    await store.writeLedger(ledger(2), version)
    expect((await store.readLedger())?.value.fence).toBe(2)
  })

  test("is not tried for ever", async () => {
    const asked = unanswered(Number.POSITIVE_INFINITY, false)
    await expect(store.writeLedger(ledger(1), null)).rejects.toMatchObject({ code: "CLUSTER_UNREACHABLE" })
    expect(asked()).toBe(3)
    expect(await store.readLedger()).toBeNull()
  })

  test("and did arrive is not written twice", async () => {
    const asked = unanswered(1, true)
    const { version } = await store.writeLedger(ledger(1), null)
    expect(asked()).toBe(1)
    expect(version).toBe(api.objects.get(path)?.metadata.resourceVersion)
  })

  test("never goes over what somebody else wrote meanwhile", async () => {
    const { version } = await store.writeLedger(ledger(1), null)
    unanswered(1, false)
    api.put(path, {
      metadata: { name: "signalbox-ledger" },
      data: { "ledger.json": JSON.stringify(ledger(7)) },
    })
    await expect(store.writeLedger(ledger(2), version)).rejects.toMatchObject({ code: "LOCK_LOST" })
    expect((await store.readLedger())?.value.fence).toBe(7)
  })
})

describe("what is put in the place of something damaged", () => {
  const damage = () => api.put(path, { metadata: { name: "signalbox-ledger" }, data: { "ledger.json": "{" } })

  test("is put there in one write: a driver that dies in it has lost nothing more", async () => {
    damage()
    const { ledger: version } = await store.versions()
    api.onWrite = () => {
      throw new Error("the driver died")
    }
    await expect(store.restoreLedger(ledger(7), version)).rejects.toThrow("died")
    expect(api.objects.has(path)).toBe(true)
    api.onWrite = () => {}
    await store.restoreLedger(ledger(7), version)
    expect((await store.readLedger())?.value.fence).toBe(7)
  })

  test("never goes over what another repair has put there, and was gone on from", async () => {
    damage()
    const { ledger: version, journal } = await store.versions()
    await store.restoreLedger(ledger(8), version)
    await expect(store.restoreLedger(ledger(7), version)).rejects.toMatchObject({ code: "LOCK_LOST" })
    expect((await store.readLedger())?.value.fence).toBe(8)
    api.put(configMapPath("apps", "signalbox-journal"), { metadata: { name: "signalbox-journal" } })
    await expect(store.restoreJournal(null, journal)).rejects.toMatchObject({ code: "LOCK_LOST" })
    expect(await store.versions()).toMatchObject({ journal: expect.any(String) })
  })
})
