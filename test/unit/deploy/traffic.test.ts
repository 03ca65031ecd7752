/** V01: an operation takes out of traffic only what it has brought into it. */
import { describe, expect, test } from "vitest"
import { parseManifests } from "../../../src/chart/index.ts"
import { nextAction } from "../../../src/deploy/engine/index.ts"
import { emptyLedger, openJournal, startRollback } from "../../../src/deploy/state/index.ts"
import { steps } from "../../../src/deploy/steps/catalogue.ts"
import type { StepContext } from "../../../src/deploy/steps/step.ts"
import type { World } from "../../../src/deploy/world/index.ts"
import { readTraffic } from "../../../src/deploy/world/traffic.ts"
import { type Plan, planHash } from "../../../src/domain/index.ts"
import { members } from "./support/members.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { history, setOf } from "./support/sets.ts"
import { Simulation } from "./support/simulation.ts"

const deploy = (version: string) => ({ do: "deploy" as const, version })

describe("V01: a second release fails, and nothing verified is left to go back to", () => {
  test.each(["unready-3", "unsmoked-4", "unloaded-6"])(
    "%s: a person is needed, and traffic goes on",
    async (bad) => {
      const simulation = new Simulation()
      await simulation.untilDone(deploy("good-1"), [])
      expect(await simulation.failByHand()).toBe(true)
      expect(await simulation.untilDone(deploy(bad), [])).toBe("person-needed")
      expect(simulation.inTraffic()).toBe(true)
    },
  )

  test("a first installation is taken out, and so is the next one that fails after it", async () => {
    const simulation = new Simulation()
    for (const bad of ["unsmoked-4", "unloaded-6"]) {
      expect(await simulation.untilDone(deploy(bad), [])).toBe("person-needed")
      expect(simulation.inTraffic()).toBe(false)
    }
    expect(await simulation.untilDone(deploy("good-1"), [])).toBe("verified")
    expect(simulation.inTraffic()).toBe(true)
  })
})

describe("V01: a plan made by a version that did not write down what served", () => {
  const plan = (more: Partial<Plan>): Plan => ({
    ...{ schemaVersion: 1, kind: "deploy", project: "test", environment: "staging", namespace: "apps" },
    ...{ releaseName: "app", cluster: "uid-1", strategy: "rolling", proof: null, changes: [], warnings: [] },
    ...{ steps: [], target: setOf("1.1.0"), fallback: null, current: null, baseRevision: 0 },
    ...more,
  })
  const next = (planned: Plan, present: readonly string[] = ["Service/web"]) => {
    const by = { by: "anna", started: "2026-01-01T00:00:00Z", reason: null }
    const journal = openJournal({
      operation: "op",
      fence: 1,
      plan: planned,
      planHash: planHash(planned),
      ...by,
    })
    const traffic = { present, missing: [] }
    const world = { ...history([]), traffic, ledger: emptyLedger("staging") } as unknown as World
    return { action: nextAction(members, startRollback(journal, "503"), planned, world), world }
  }
  /** What is done next; of what is taken out of traffic, what is to be kept. */
  const done = async (planned: Plan, present?: readonly string[]) => {
    const { action, world } = next(planned, present)
    if (action.do !== "run") return action
    const kept: (readonly string[])[] = []
    const tools = {
      outOfTraffic: async (keep: readonly string[]) => {
        kept.push(keep)
        return { ok: true, note: "" } as const
      },
    }
    await steps.outOfTraffic.run({ plan: planned, world, tools } as unknown as StepContext)
    return { ...action, keep: kept[0] }
  }

  test.each<[string, Partial<Plan>, object]>([
    ["a first installation is taken out", {}, { step: "out-of-traffic", keep: [] }],
    ["what ran by the ledger stays", { current: setOf("1.0.0"), baseRevision: 1 }, { do: "accept" }],
    ["what somebody else had installed stays", { baseRevision: 3 }, { do: "accept" }],
    ["what served is named", { serving: ["Service/web"], baseRevision: 3 }, { keep: ["Service/web"] }],
  ])("%s", async (_what, more, expected) => {
    expect(await done(plan(more))).toMatchObject(expected)
  })

  test("what came in the place of a Service or Ingress that served is not removed: it is the only way left", async () => {
    const serving = ["Ingress/old", "Service/web"]
    expect(await done(plan({ serving, baseRevision: 3 }), ["Ingress/new", "Service/web"])).toMatchObject({
      do: "accept",
      note: expect.stringContaining("Ingress/old"),
    })
  })
})

test("Services and Ingresses are read by what the manifests name, and no other kind is asked for", async () => {
  const api = new MemoryApi()
  const lists: string[] = []
  const list = api.list.bind(api)
  api.list = async (path, selector) => {
    lists.push(path)
    return list(path, selector)
  }
  api.put("/api/v1/namespaces/apps/services/web", { metadata: { name: "web" } })
  api.put("/api/v1/namespaces/apps/services/old", { metadata: { name: "old" } })
  const objects = (...names: readonly string[]) =>
    parseManifests(
      names.map((name) => `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }`).join("\n---\n"),
    )
  const hook = parseManifests(
    'apiVersion: v1\nkind: Service\nmetadata: { name: hook, annotations: { "helm.sh/hook": test } }',
  )
  const newest = [...objects("web", "new"), ...hook]
  const read = await readTraffic(api, "apps", newest, [...newest, ...objects("old")])
  expect(read).toEqual({ present: ["Service/old", "Service/web"], missing: ["Service/new"] })
  expect(lists).toEqual(["/api/v1/namespaces/apps/services"])
})
