import { beforeEach, describe, expect, test } from "vitest"
import { configMapPath } from "../../../src/deploy/cluster/index.ts"
import { planDeployment } from "../../../src/deploy/plan/index.ts"
import { append, emptyLedger, openJournal, StateStore } from "../../../src/deploy/state/index.ts"
import { SignalboxError, sha256 } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { facts, target } from "./support/plan-facts.ts"
import { setOf } from "./support/sets.ts"

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

describe("what a call has added to the ledger", () => {
  const entry = (operation: string, version: string) => ({
    ...{ operation, kind: "deploy" as const, fence: 1, at: "2026-01-01T00:00:00Z", by: "anna" },
    ...{ set: setOf(version), revision: 1, outcome: "verified" as const, planHash: sha256("plan") },
  })
  const versions = () => store.added.map(({ set }) => set.version)
  /** By somebody who may write to the namespace, and knows the operation from its journal. */
  const slipIn = async (version: string) => {
    const found = await new StateStore(api, "apps").readLedger()
    const text = JSON.stringify(append(found?.value ?? ledger(1), entry("op-1", version)))
    api.put(path, { metadata: { name: "signalbox-ledger" }, data: { "ledger.json": text } })
  }

  test("V05 is what it wrote: lines of others are not, whatever operation they name", async () => {
    await store.writeLedger(ledger(1), null)
    await slipIn("evil")
    const read = await store.readLedger()
    await store.writeLedger(append(read?.value ?? ledger(1), entry("op-1", "1.0.0")), read?.version ?? null)
    await slipIn("evil-2")
    await store.readLedger()
    expect(versions()).toEqual(["1.0.0"])
  })

  test("V05 is nothing where somebody else has written before it", async () => {
    const { value, version } = await store.writeLedger(ledger(1), null)
    await slipIn("evil")
    const late = store.writeLedger(append(value, entry("op-1", "1.0.0")), version)
    await expect(late).rejects.toMatchObject({ code: "LOCK_LOST" })
    expect(versions()).toEqual([])
  })

  test("sibling of V05: is not what a copy says that is put in the place of a lost ledger", async () => {
    const copy = append(ledger(1), entry("op-0", "0.9.0"))
    await store.restoreLedger(copy, null)
    const read = await store.readLedger()
    await store.writeLedger(append(copy, entry("op-1", "1.0.0")), read?.version ?? null)
    expect(versions()).toEqual(["1.0.0"])
  })

  test("is each entry once, also where the ledger was cut at its old end", async () => {
    let { value, version } = await store.writeLedger(ledger(1), null)
    for (let count = 1; count <= 120; count++)
      ({ value, version } = await store.writeLedger(append(value, entry(`op-${count}`, `${count}`)), version))
    const read = await store.readLedger()
    expect(read?.value.trimmed?.entries).toBeGreaterThan(0)
    expect(versions()).toEqual(Array.from({ length: 120 }, (_, index) => `${index + 1}`))
  })
})

describe("sibling of V18 and V26: what holds something else than it should is damaged, before anything rests on it", () => {
  const journal = openJournal({
    operation: "op-1",
    fence: 1,
    plan: planDeployment(facts(), target("1.1.0")),
    planHash: sha256("plan"),
    by: "anna",
    started: "2026-01-01T00:00:00Z",
    reason: null,
  })
  const entries = append(ledger(1), {
    ...{ operation: "op-1", kind: "deploy", fence: 1, at: "2026-01-01T00:00:00Z", by: "anna" },
    ...{ set: setOf("1.0.0"), revision: 1, outcome: "verified", planHash: sha256("plan") },
  } as Parameters<typeof append>[1]).entries
  const [entry] = entries
  const plan = (more: object) => ({ plan: JSON.stringify({ ...JSON.parse(journal.plan), ...more }) })

  test.each<[string, object]>([
    ["a cause that is no text", { cause: {} }],
    ["somebody who is no text", { by: {} }],
    ["an outcome that is a list", { outcome: ["verified"] }],
    ["a note that is no text", { steps: [{ id: "smoke", state: "done", note: {} }] }],
    ["an approval that is no digest", { approved: 5 }],
    ["a number that nobody has counted to", { fence: Number.MAX_SAFE_INTEGER }],
    [
      "a plan whose limit is no number",
      plan({ steps: [{ id: "smoke", title: "t", timeoutSeconds: "soon" }] }),
    ],
    ["a plan that serves a number", plan({ serving: 5 })],
    ["a plan with a proof that is a number", plan({ proof: 5 })],
    ["a plan with a strategy that is a number", plan({ strategy: 5 })],
  ])("a journal with %s", async (_, more) => {
    await store.writeJournal({ ...journal, ...more } as typeof journal, null)
    await expect(store.readJournal()).rejects.toMatchObject({ code: "STATE_DAMAGED" })
  })

  test.each<[string, object]>([
    ["a reason that is no text", { entries: [{ ...entry, reason: {} }] }],
    ["evidence that is no text", { entries: [{ ...entry, evidence: [] }] }],
    ["a number that nobody has counted to", { fence: Number.MAX_SAFE_INTEGER }],
    [
      "a hold since a number",
      { holds: [{ record: sha256("r"), version: "1", images: {}, reason: "r", since: 5, operation: "op" }] },
    ],
  ])("a ledger with %s", async (_, more) => {
    await store.writeLedger({ ...ledger(1), entries, ...more } as ReturnType<typeof ledger>, null)
    await expect(store.readLedger()).rejects.toMatchObject({ code: "STATE_DAMAGED" })
  })

  test("both are whole otherwise", async () => {
    await store.writeJournal(journal, null)
    await store.writeLedger({ ...ledger(1), entries }, null)
    expect((await store.readJournal())?.value.operation).toBe("op-1")
    expect((await store.readLedger())?.value.entries).toHaveLength(1)
  })
})
