/**
 * What is written while an environment rolls is read by commit bef7440: a version that is pinned in somebody's CI can
 * still go back. Its parsers are a recording (test/recorded/earlier/readers.ts), so that no change here moves them.
 */
import { gunzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { readChart } from "../../../src/chart/index.ts"
import { bundleName, saveBundle } from "../../../src/deploy/bundles/index.ts"
import { configMapPath, type KubeObject, leasePath } from "../../../src/deploy/cluster/index.ts"
import type { GateReportData } from "../../../src/domain/index.ts"
import { createRecord } from "../../../src/evidence/index.ts"
import * as readers from "../../recorded/earlier/readers.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { recordedNamespace } from "./support/recorded.ts"
import { namespace } from "./support/session.ts"
import { setOf } from "./support/sets.ts"
import { Simulation, type Wish } from "./support/simulation.ts"

type Keyed = Readonly<Record<string, unknown>>

const textIn = ({ data }: KubeObject, key: string) => (data as Record<string, string>)[key] ?? ""

/** State as it lies in ConfigMaps. */
function stateIn(api: MemoryApi, place: string) {
  const object = (name: string) => api.objects.get(configMapPath(place, `signalbox-${name}`))
  const [ledger, journal] = [object("ledger"), object("journal")]
  return {
    ledger:
      ledger && (JSON.parse(textIn(ledger, "ledger.json")) as Keyed & { entries: Keyed[]; holds: Keyed[] }),
    journal: journal && (JSON.parse(textIn(journal, "journal.json")) as Keyed & { plan: string }),
  }
}

/** Keys that the earlier version wrote each time: it acts by more of them than it checks when it reads. */
async function keysThen() {
  const read = async (name: string) => stateIn(...(await placeOf(name)))
  const all = [await read("verified"), await read("roll-out"), await read("way-back")]
  const common = (objects: readonly Keyed[]) =>
    Object.keys(objects[0] ?? {}).filter((key) => objects.every((one) => key in one))
  return {
    ledger: common(all.flatMap(({ ledger }) => ledger ?? [])),
    entry: common(all.flatMap(({ ledger }) => ledger?.entries ?? [])),
    hold: common(all.flatMap(({ ledger }) => ledger?.holds ?? [])),
    journal: common(all.flatMap(({ journal }) => journal ?? [])),
    plan: common(all.flatMap(({ journal }) => (journal ? [JSON.parse(journal.plan) as Keyed] : []))),
  }
}

async function placeOf(name: string): Promise<[MemoryApi, string]> {
  const { api, namespace: place } = await recordedNamespace(name)
  return [api, place]
}

const has = (object: Keyed, keys: readonly string[]) =>
  expect(Object.keys(object)).toEqual(expect.arrayContaining([...keys]))

/** Reads all that there is as the earlier version would. */
function readAsThen(api: MemoryApi, keys: Awaited<ReturnType<typeof keysThen>>): void {
  const { ledger, journal } = stateIn(api, namespace)
  if (ledger !== undefined) {
    readers.ledger.parse(ledger)
    has(ledger, keys.ledger)
    for (const entry of ledger.entries) has(entry, keys.entry)
    for (const hold of ledger.holds) has(hold, keys.hold)
  }
  if (journal === undefined) return
  const { steps } = readers.journal.parse(journal)
  has(journal, keys.journal)
  const plan = JSON.parse(journal.plan) as Keyed
  has(plan, keys.plan)
  const planned = readers.plan.parse(plan).steps.map(({ id }) => id as string)
  const known = [...planned, ...readers.backSteps]
  expect(steps.map(({ id }) => id).filter((id) => !known.includes(id))).toEqual([])
}

const deploy = (version: string): Wish => ({ do: "deploy", version })

describe("an environment that rolls", () => {
  const good = [deploy("good-1"), deploy("good-2")]
  const cases: readonly (readonly [string, readonly Wish[]])[] = [
    ["deployments, and one that goes back by itself", [...good, deploy("unsmoked-4")]],
    ["a rollback by hand", [...good, { do: "rollback" }]],
    ["a first one that fails", [deploy("unready-3")]],
    ["a load test without a verdict", [deploy("good-1"), deploy("undecided-8"), { do: "rollback" }]],
    ["a load test that is repeated", [deploy("patient-9"), deploy("patient-9")]],
  ]
  test.each(cases)("%s: each write is read", async (_what, wishes) => {
    const keys = await keysThen()
    const world = new Simulation()
    let read = 0
    const point = world.api.onWrite
    world.api.onWrite = (path, done) => {
      point(path, done)
      if (!done || !path.includes("/configmaps/")) return
      readAsThen(world.api, keys)
      read++
    }
    for (const wish of wishes) await world.untilDone(wish, [])
    expect(read).toBeGreaterThan(5 * wishes.length)
  })

  test("its lock has the names that it had", async () => {
    const world = new Simulation()
    await world.untilDone(deploy("good-1"), [])
    const [then, place] = await placeOf("verified")
    const shapeOf = (lease: KubeObject | undefined) => ({
      annotations: Object.keys(lease?.metadata.annotations ?? {}).sort(),
      spec: Object.keys(lease?.spec ?? {}).sort(),
    })
    const lease = world.api.objects.get(leasePath(namespace, "signalbox-lock"))
    expect(shapeOf(lease)).toEqual(shapeOf(then.objects.get(leasePath(place, "signalbox-lock"))))
  })

  test("its bundles are found by the name that they had, and read", async () => {
    const chart = await readChart(new URL("../../../charts/signalbox-app", import.meta.url).pathname)
    const api = new MemoryApi()
    const set = setOf("1.0.0")
    await saveBundle(api, namespace, set, { chart, values: ["a: 1"], smoke: "checks: []" })
    const written = api.objects.get(configMapPath(namespace, bundleName(set)))
    const packed = ((written?.binaryData ?? {}) as Record<string, string>)["set.json.gz"] ?? ""
    const read = readers.bundle.parse(JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString()))
    expect([Object.keys(read.chart).length, read.values, read.smoke]).toEqual([
      chart.size,
      ["a: 1"],
      "checks: []",
    ])
    const [then, place] = await placeOf("roll-out")
    const entry = stateIn(then, place).ledger?.entries[0] as unknown as {
      set: Parameters<typeof bundleName>[0]
    }
    const kept = then.objects.get(configMapPath(place, bundleName(entry.set)))
    expect(written?.metadata.labels).toEqual(kept?.metadata.labels)
  })
})

test("a record with gates that warn or are skipped has no key that is refused", () => {
  const gate = { summary: "", tools: [], findings: [], waived: [], figures: {}, reports: {} }
  const gates = [
    { ...gate, gate: "unit", verdict: "pass" },
    { ...gate, gate: "coverage", verdict: "fail", required: false },
    { ...gate, gate: "charts", verdict: "skipped", required: false },
  ]
  const parts = {
    ...{ project: "shop", version: "1.2.3", source: { commit: "c", tree: "t", tag: "v1.2.3" } },
    ...{ builder: { name: "signalbox", version: "1", engine: "1" }, created: "2026-01-01T00:00:00Z" },
  }
  const digest = setOf("1.0.0").chart
  const record = createRecord({
    ...parts,
    images: [{ component: "web", repository: "r/web", digest, platform: "linux/amd64", bytes: 1 }],
    chart: { name: "signalbox-app", version: "0.1.0", digest },
    gates: { partial: false, verdict: "pass", gates } as unknown as GateReportData,
  })
  expect(readers.record.parse(record).gates.map((one) => one.verdict)).toEqual(["pass", "fail", "skipped"])
})
