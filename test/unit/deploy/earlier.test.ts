/** What version 4e72925 has planned and left in the middle is planned and continued as it would have done it. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { parseManifests } from "../../../src/chart/index.ts"
import type { KubeObject } from "../../../src/deploy/cluster/index.ts"
import { type DeploymentFacts, planDeployment, planRollback } from "../../../src/deploy/plan/index.ts"
import { driverRequest } from "../../../src/deploy/request.ts"
import { append, emptyLedger, holdOn } from "../../../src/deploy/state/index.ts"
import { planHash, sha256 } from "../../../src/domain/index.ts"
import { consistent } from "./support/consistent.ts"
import { members } from "./support/members.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { history, manifestOf, setOf, settings } from "./support/sets.ts"
import { Simulation, type Wish } from "./support/simulation.ts"

const before = append(emptyLedger("staging"), {
  ...{ operation: "first", kind: "deploy", fence: 1, at: "2026-01-01T00:00:00Z", by: "anna" },
  ...{ set: setOf("1.0.0"), revision: 1, outcome: "verified", planHash: sha256("plan") },
} as const)

function facts(environment: Record<string, unknown> = {}, kind = "deploy"): DeploymentFacts {
  const request = driverRequest.parse({
    ...{ schemaVersion: 1, project: "test", environment: { ...settings(), ...environment }, components: {} },
    ...{ holder: { who: "anna", id: "1" }, operation: "op", date: "2026-01-01T00:00:00Z", kind },
  })
  const { manifests } = setOf("1.0.0")
  const revision = {
    revision: 1,
    status: "deployed",
    description: "",
    manifest: manifestOf("1.0.0"),
    manifests,
  }
  return {
    ...{ members, request, cluster: "uid-1", interrupted: null, canLoad: true },
    proof: {
      smoke: { source: "health paths", digest: sha256("smoke") },
      ...{ load: null, objectives: settings().objectives },
    },
    world: {
      ...history([revision] as Parameters<typeof history>[0]),
      ...{ rollout: { ready: true, waitingFor: [], changed: [] }, images: {}, pods: [] },
      ...{ traffic: { present: ["Service/web"], missing: [] }, ledger: before },
    },
  }
}

describe("equal plans have the hashes that they had", () => {
  const manifest = manifestOf("1.1.0")
  const target = {
    ...{ set: setOf("1.1.0"), manifest, objects: parseManifests(manifest) },
    ...{ crds: "", valueFiles: [], valueTexts: [] },
  }
  const load = { load: { profile: "smoke", scale: 0.5, inconclusive: "keep" }, timeouts: { rollout: "90s" } }

  test.each([
    ["a deployment", facts(), "4a148d74790ed4c1912d074037d571ee4da0348d08e6c08eed79479dae706f34"],
    ["one with a load test", facts(load), "7f6a46dca98e6523bc639999a798dfd9706137af209102fe063bfd1fce1d6897"],
    [
      "a promotion",
      facts({ load: { profile: "load" }, protected: true }, "promote"),
      "ed5e85c27eb1a28451d853d7b5ed5117b5709903bc96a7ef9d89f1f22d42fcf7",
    ],
  ])("%s", (_name, planned, hash) => {
    // A plan names since then what its verdict rests on (V10): an approval of before covers less, and is stale.
    const { basis, ...asThen } = planDeployment(planned, target)
    expect(planHash(asThen)).toBe(`sha256:${hash}`)
    expect(planHash({ ...asThen, ...(basis && { basis }) })).not.toBe(`sha256:${hash}`)
  })

  test.each([
    [
      "a rollback to a Helm revision",
      facts(),
      "9c653d7e03f0080b2d21e3de37a9548fc9952ff4650f3fd5079439d4ab4ce3f1",
    ],
    [
      "a rollback to what was kept",
      { ...facts(), world: { ...facts().world, ...history([]) } },
      "5d9bab94fd6faa647575cac7e488848d4a5286e1bcbf222346b3677799a4b78a",
    ],
  ])("%s", (_name, planned, hash) => {
    const [entry] = before.entries
    if (entry === undefined) throw new Error("there is no entry")
    expect(planHash(planRollback(planned, entry))).toBe(`sha256:${hash}`)
  })
})

/** A namespace with everything in it, as a killed driver has left it. */
async function left(name: string): Promise<Simulation> {
  const text = await readFile(join(import.meta.dirname, "fixtures", `earlier-${name}.json`), "utf8")
  const api = new MemoryApi()
  for (const [path, object] of Object.entries(JSON.parse(text) as Record<string, KubeObject>))
    api.put(path, object)
  return new Simulation(null, undefined, api)
}

describe("an operation that was cut off", () => {
  const deploy = (version: string): Wish => ({ do: "deploy", version })

  test.each([
    ["rolling out, the same release is asked for", "roll-out", deploy("good-2"), "verified", "good-2"],
    ["rolling out, a rollback is asked for", "roll-out", { do: "rollback" }, "rolled-back", "good-1"],
    ["going back, the same release is", "way-back", deploy("unsmoked-4"), "rolled-back", "good-1"],
    ["going back, a rollback is", "way-back", { do: "rollback" }, "rolled-back", "good-1"],
  ] as const)("%s", async (_when, name, wish, outcome, runs) => {
    const world = await left(name)
    expect(await world.untilDone(wish, [])).toBe(outcome)
    expect([world.runs(), world.verifiedVersion()]).toEqual([runs, runs])
    consistent(world)
    const held = outcome === "rolled-back" ? [name === "roll-out" ? "good-2" : "unsmoked-4"] : []
    expect(world.ledger().holds.map(({ version }) => version)).toEqual(held)
    expect(held.every((one) => holdOn(world.ledger(), world.setOf(one)) !== undefined)).toBe(true)
  })
})
