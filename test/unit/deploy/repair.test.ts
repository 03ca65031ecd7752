import { beforeEach, describe, expect, test } from "vitest"
import { configMapPath, leasePath } from "../../../src/deploy/cluster/index.ts"
import { hold } from "../../../src/deploy/driver/commands/holds.ts"
import { repair } from "../../../src/deploy/driver/commands/repair.ts"
import { observe } from "../../../src/deploy/driver/observation.ts"
import type { StoredLedger } from "../../../src/deploy/state/index.ts"
import { namespace } from "./support/session.ts"
import { Simulation } from "./support/simulation.ts"

const ledgerPath = configMapPath(namespace, "signalbox-ledger")
const journalPath = configMapPath(namespace, "signalbox-journal")

let world: Simulation
let copy: StoredLedger
beforeEach(async () => {
  world = new Simulation()
  await world.untilDone({ do: "deploy", version: "good-1" }, [])
  await world.untilDone({ do: "deploy", version: "unsmoked-4" }, [])
  copy = world.ledger()
})

const lose = () => world.api.objects.delete(ledgerPath)
const damage = (path: string, key: string) =>
  world.api.put(path, { metadata: { name: path.split("/").at(-1) ?? "" }, data: { [key]: "{" } })
const mend = (more: Record<string, unknown> = {}) => {
  const question = { repair: { ledger: copy, journal: null, from: "call-2", known: copy.fence, ...more } }
  return repair(world.session({ question }))
}
const lease = () => world.api.objects.get(leasePath(namespace, "signalbox-lock"))?.metadata.resourceVersion

describe("a ledger is rebuilt from its copy", () => {
  test.each([
    ["lost", lose],
    ["damaged", () => damage(ledgerPath, "ledger.json")],
  ])("when it is %s: history and holds are as they were, and it says so itself", async (_name, harm) => {
    expect(copy.holds.map((one) => one.version)).toEqual(["unsmoked-4"])
    harm()
    await expect(observe(world.session())).rejects.toMatchObject({ code: "STATE_DAMAGED" })
    expect(await mend()).toMatchObject({ outcome: "done", fence: copy.fence + 1 })
    const { entries, holds, repaired, fence } = world.ledger()
    expect([entries, holds, fence]).toEqual([copy.entries, copy.holds, copy.fence + 1])
    expect(repaired).toMatchObject({ by: "tester", from: "call-2", known: copy.fence, used: copy.fence })
    expect(await world.untilDone({ do: "deploy", version: "unsmoked-4" }, [])).toBe("refused")
    expect(await world.untilDone({ do: "deploy", version: "good-5" }, [])).toBe("verified")
  })

  test("never when it is whole", async () => {
    await expect(mend()).rejects.toMatchObject({ code: "USAGE" })
    expect(world.ledger()).toEqual(copy)
  })

  test.each([
    ["whose chain is broken", () => ({ ...copy, entries: copy.entries.slice(1) }), "STATE_DAMAGED"],
    ["of another environment", () => ({ ...copy, environment: "production" }), "USAGE"],
  ])("never from one %s: nothing is locked or written", async (_name, forged, code) => {
    lose()
    const before = lease()
    await expect(mend({ ledger: forged() })).rejects.toMatchObject({ code })
    expect([lease(), world.api.objects.has(ledgerPath)]).toEqual([before, false])
  })
})

describe("what a newer version has written", () => {
  test.each([
    ["ledger", ledgerPath, "ledger.json"],
    ["journal", journalPath, "journal.json"],
  ])("is called so and left alone: the %s", async (_name, path, key) => {
    const newer = {
      metadata: { name: path.split("/").at(-1) ?? "" },
      data: { [key]: '{"schemaVersion":2,"holds":{}}' },
    }
    world.api.put(path, newer)
    const refused = { code: "STATE_NEWER", exitCode: 11 }
    await expect(observe(world.session())).rejects.toMatchObject({
      ...refused,
      detail: { next: expect.stringContaining("with the version that wrote it") },
    })
    const before = lease()
    await expect(mend({ reason: "it must be damaged" })).rejects.toMatchObject(refused)
    expect([lease(), world.api.objects.get(path)]).toMatchObject([before, newer])
  })
})

describe("a copy that does not know the last operations", () => {
  beforeEach(async () => {
    // Its evidence was never kept: the registry was away, or the driver was killed.
    await hold(world.session({ question: { hold: { version: "good-1", reason: "leaks" } } }))
    lose()
  })

  test("is not taken without a person's reason: it may lack a hold", async () => {
    await expect(mend()).rejects.toMatchObject({
      ...{ code: "STATE_INCOMPLETE", exitCode: 18 },
      detail: { what: expect.stringContaining("does not know its last 1 operations") },
    })
    expect(world.api.objects.has(ledgerPath)).toBe(false)
  })

  test("is taken with one, which is kept", async () => {
    await mend({ reason: "only good-1 was held; it is held again" })
    expect(world.ledger().repaired).toMatchObject({ reason: "only good-1 was held; it is held again" })
  })

  test("is complete when its call had seen that operation end", async () => {
    await mend({ known: copy.fence + 1 })
    expect(world.ledger().repaired).not.toHaveProperty("reason")
  })
})

test("without any copy a person may begin anew, with a reason", async () => {
  lose()
  const nothing = { ledger: null, from: null, known: 0 }
  await expect(mend(nothing)).rejects.toMatchObject({ code: "STATE_INCOMPLETE" })
  await mend({ ...nothing, reason: "a test environment" })
  expect(world.ledger()).toMatchObject({ entries: [], holds: [], fence: copy.fence + 1 })
})

describe("a damaged journal", () => {
  const harmPlan = (plan: string) =>
    world.api.put(journalPath, {
      metadata: { name: "signalbox-journal" },
      data: { "journal.json": JSON.stringify({ ...world.journal(), plan }) },
    })

  test.each(["{", "null", '{"kind":"deploy"}'])("is one whose plan is none: %s", async (plan) => {
    const journal = world.journal()
    harmPlan(plan)
    await expect(observe(world.session())).rejects.toMatchObject({
      ...{ code: "STATE_DAMAGED", exitCode: 11 },
      detail: { why: expect.stringContaining("it holds no plan"), next: expect.stringContaining("--repair") },
    })
    await mend({ journal })
    expect(world.journal()).toEqual(journal)
  })

  test("that may know an unfinished operation is not given up without a person's reason", async () => {
    const journal = world.journal()
    expect(await world.once({ do: "deploy", version: "good-5" }, 12)).toBeNull()
    harmPlan("{")
    const before = lease()
    await expect(mend({ journal })).rejects.toMatchObject({
      ...{ code: "STATE_INCOMPLETE", exitCode: 18 },
      detail: { what: expect.stringContaining("copy of the journal of staging does not know its last 1") },
    })
    expect(lease()).toBe(before)
    await mend({ journal, reason: "good-5 is deployed again" })
    expect(world.journal()).toEqual(journal)
    expect(await world.untilDone({ do: "deploy", version: "good-5" }, [])).toBe("verified")
  })

  test("is rebuilt, and the ledger stays as it is", async () => {
    const journal = world.journal()
    damage(journalPath, "journal.json")
    await mend({ journal })
    expect(world.journal()).toEqual(journal)
    expect(world.ledger()).toEqual(copy)
  })

  test("without a copy goes away, and the next deployment begins its own", async () => {
    damage(journalPath, "journal.json")
    await mend()
    expect(world.api.objects.has(journalPath)).toBe(false)
    expect(await world.untilDone({ do: "deploy", version: "good-5" }, [])).toBe("verified")
  })
})
