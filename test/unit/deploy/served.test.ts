/** What is changed by hand while a release is tested: environment, selector, configuration. */
import { beforeEach, describe, expect, test } from "vitest"
import { manifestsDigest, parseManifests } from "../../../src/chart/index.ts"
import type { KubeObject } from "../../../src/deploy/cluster/index.ts"
import { status } from "../../../src/deploy/driver/commands/status.ts"
import { observe } from "../../../src/deploy/driver/observation.ts"
import { decodeRelease, encodeRelease } from "../../../src/deploy/helm/index.ts"
import { append, emptyLedger, StateStore } from "../../../src/deploy/state/index.ts"
import { changedBetween, differences, drift, readServed, runs } from "../../../src/deploy/world/index.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { namespace } from "./support/session.ts"
import { manifestOf, setOf } from "./support/sets.ts"
import { Simulation, type Toys, type Wish } from "./support/simulation.ts"

const deploymentPath = `/apis/apps/v1/namespaces/${namespace}/deployments/web`
const servicePath = `/api/v1/namespaces/${namespace}/services/web`
const deploy = (version: string): Wish => ({ do: "deploy", version })

/** Changes a part of an object's spec, as `kubectl set env` and `kubectl patch` do. */
function edit(api: MemoryApi, path: string, spec: Record<string, unknown>): void {
  const object = api.objects.get(path) as KubeObject & { spec?: object }
  api.put(path, { ...object, spec: { ...object.spec, ...spec } })
}

const env = (value: string) => ({
  template: { spec: { containers: [{ name: "web", env: [{ name: "X", value }] }] } },
})

/** A world in which somebody acts while the load test of a version runs. */
function during(version: string, act: (api: MemoryApi) => void): Simulation {
  return new Simulation(
    null,
    (api): Toys => ({
      tools: {
        load: async (set) => {
          if (set.version === version) act(api)
          return { ok: true, note: "loaded" }
        },
      },
    }),
  )
}

describe("V31 changed by hand while it is tested", () => {
  test.each([
    ["kubectl set env", deploymentPath, env("1"), "Deployment/web"],
    ["a patched Service selector", servicePath, { selector: { app: "other" } }, "Service/web"],
  ])("V31 %s: not verified, and back to what was; nothing is held", async (_what, path, spec, name) => {
    const world = during("good-2", (api) => edit(api, path, spec))
    await world.untilDone(deploy("good-1"), [])
    expect(await world.untilDone(deploy("good-2"), [])).toBe("rolled-back")
    expect(world.journal()?.cause).toContain(`changed while it was tested: ${name}`)
    expect([world.runs(), world.verifiedVersion(), world.ledger().holds]).toEqual(["good-1", "good-1", []])
  })

  test("V31 is noticed by the driver that takes over, too", async () => {
    const world = new Simulation()
    await world.untilDone(deploy("good-1"), [])
    let seen = 0
    for (let death = 0; death < 80; death++) {
      const copy = world.copy()
      if ((await copy.once(deploy("good-2"), death)) !== null) break
      const journal = copy.journal()
      if (journal?.served === undefined || journal.phase !== "forward") continue
      if (copy.ledger().entries.some((entry) => entry.operation === journal.operation)) continue
      seen++
      edit(copy.api, deploymentPath, env("1"))
      expect(await copy.untilDone(deploy("good-2"), [])).toBe("rolled-back")
    }
    expect(seen).toBeGreaterThan(3)
  })

  test("sibling of V31: on the way back it needs a person: what is back is not what was verified", async () => {
    const world = new Simulation(
      null,
      (api): Toys => ({
        tools: {
          smoke: async (set) => {
            if (set.version === "good-1" && world.journal()?.phase === "back")
              edit(api, deploymentPath, env("1"))
            return set.version.startsWith("unsmoked") ? { ok: false, cause: "no" } : { ok: true, note: "" }
          },
        },
      }),
    )
    await world.untilDone(deploy("good-1"), [])
    expect(await world.untilDone(deploy("unsmoked-4"), [])).toBe("person-needed")
  })

  test("another number of pods is no change: an autoscaler may be at work", async () => {
    const world = during("good-1", (api) => edit(api, deploymentPath, { replicas: 1, paused: undefined }))
    expect(await world.untilDone(deploy("good-1"), [])).toBe("verified")
    const api = world.api
    const objects = parseManifests(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: {}\n",
    )
    const before = await readServed(api, namespace, objects)
    edit(api, deploymentPath, { replicas: 7 })
    expect((await readServed(api, namespace, objects)).digests).toEqual(before.digests)
  })
})

describe("what decides what runs and serves", () => {
  const manifest = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { GREETING: one }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec: { rules: [{ host: a.example }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: web, args: [serve], env: [{ name: MODE, value: live }] }] } } }
`
  const objects = parseManifests(manifest)
  const paths: Readonly<Record<string, string>> = {
    ConfigMap: `/api/v1/namespaces/${namespace}/configmaps/settings`,
    Service: servicePath,
    Ingress: `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/web`,
    Deployment: deploymentPath,
  }
  let api: MemoryApi
  beforeEach(() => {
    api = new MemoryApi()
    for (const { kind, name, body } of objects)
      api.put(paths[kind] ?? "", {
        ...body,
        metadata: { name, labels: { "app.kubernetes.io/managed-by": "Helm" } },
      } as KubeObject)
  })
  const change = (kind: string, more: Record<string, unknown>) => {
    const path = paths[kind] ?? ""
    api.put(path, { ...api.objects.get(path), ...more } as KubeObject)
  }
  const container = (more: Record<string, unknown>) => ({
    spec: { template: { spec: { containers: [{ name: "web", args: ["serve"], ...more }] } } },
  })

  test.each<[string, string, Record<string, unknown>, string[]]>([
    [
      "V31 a ConfigMap's value",
      "ConfigMap",
      { data: { GREETING: "two" } },
      ["ConfigMap/settings has another value of GREETING"],
    ],
    [
      "V31 a Service's selector",
      "Service",
      { spec: { selector: { app: "web", tier: "x" } } },
      ["Service/web leads to other pods (spec.selector)"],
    ],
    [
      "V31 an environment variable",
      "Deployment",
      container({ env: [{ name: "MODE", value: "test" }] }),
      ["Deployment/web has another value of MODE in web"],
    ],
    [
      "sibling of V31: one that is taken away",
      "Deployment",
      container({ env: [] }),
      ["Deployment/web has another value of MODE in web"],
    ],
    [
      "sibling of V31: other arguments",
      "Deployment",
      container({ args: ["debug"], env: [{ name: "MODE", value: "live" }] }),
      ["Deployment/web has other arguments in web"],
    ],
    ["sibling of V31: an Ingress's host", "Ingress", { spec: { rules: [{ host: "b.example" }] } }, []],
    [
      "V31 an environment variable more",
      "Deployment",
      container({
        env: [
          { name: "MODE", value: "live" },
          { name: "X", value: "1" },
        ],
      }),
      [],
    ],
  ])(
    "%s is noticed between two looks, and named where the manifest sets it",
    async (_what, kind, more, named) => {
      const before = await readServed(api, namespace, objects)
      expect(before.changed).toEqual([])
      change(kind, more)
      const after = await readServed(api, namespace, objects)
      expect(changedBetween(before.digests, after.digests)).toEqual([
        `${kind}/${kind === "ConfigMap" ? "settings" : "web"}`,
      ])
      expect(after.changed).toEqual(named)
    },
  )

  test("a key that the application adds to its ConfigMap, and what the API server writes, are no change", async () => {
    const before = await readServed(api, namespace, objects)
    change("ConfigMap", { data: { GREETING: "one", "last-run": "today" } })
    change("Deployment", { status: { replicas: 3 } })
    expect(await readServed(api, namespace, objects)).toEqual(before)
  })
})

describe("what was added by hand before", () => {
  const added = { name: "DEBUG", value: "1" }
  const withEnv = (env: readonly object[]) => ({
    template: { spec: { containers: [{ name: "web", args: ["serve"], env }] } },
  })

  test("sibling of V31: a variable more is named as a difference, and refuses nothing", async () => {
    const world = new Simulation()
    await world.untilDone(deploy("good-1"), [])
    const line = "Deployment/web has DEBUG in web"
    const more = {
      ...(await observe(world.session())).world,
      served: { digests: {}, changed: [], added: [line] },
    }
    const entry = world.ledger().entries.at(-1)
    if (entry === undefined) throw new Error("nothing is recorded")
    expect(differences(more, entry.set)).toEqual([`${line}, which its manifest does not set`])
    expect(runs(more, entry.set)).toBe(true)
    expect(drift(more, entry.set)).toBeNull()
  })

  test("sibling of V31: it is found in the containers that the manifest names, and nowhere else", async () => {
    const api = new MemoryApi()
    const [deployment] = parseManifests(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: web, args: [serve], env: [{ name: MODE, value: live }] }] } } }
`)
    if (deployment === undefined) throw new Error("nothing was parsed")
    api.put(deploymentPath, { metadata: { name: "web" } } as KubeObject)
    edit(api, deploymentPath, withEnv([{ name: "MODE", value: "live" }, added]))
    const served = await readServed(api, namespace, [deployment])
    expect([served.added, served.changed]).toEqual([["Deployment/web has DEBUG in web"], []])
  })
})

describe("what was changed by hand before", () => {
  const version = "1.0.0"
  const manifest = `${manifestOf(version)}spec: { selector: { app: web } }\n`
  const set = setOf(version, { manifests: manifestsDigest(parseManifests(manifest)) })

  /** The release as Helm and the ledger have it; its Service leads to other pods. */
  async function world(): Promise<Simulation> {
    const simulation = new Simulation()
    const { api } = simulation
    await simulation.release.upgrade(version, () => {})
    const [path] = [...api.objects.keys()].filter((key) => key.includes("/secrets/"))
    const secret = api.objects.get(path ?? "") as KubeObject
    const release = { ...decodeRelease(secret), manifest }
    api.put(path ?? "", { ...secret, data: { release: encodeRelease(release) } })
    edit(api, servicePath, { selector: { app: "other" } })
    const ledger = append(emptyLedger("staging"), {
      ...{ operation: "op", kind: "deploy", fence: 1, at: "2026-01-01T00:00:00Z", by: "anna" },
      ...{ set, revision: 1, outcome: "verified", planHash: sha256("plan") },
    })
    await new StateStore(api, namespace).writeLedger(ledger, null)
    return simulation
  }

  test("V31 X13 status names it, and does not call the release verified", async () => {
    const said: string[] = []
    await status((await world()).session({ say: (line) => said.push(line) }))
    const line = "Service/web leads to other pods (spec.selector)"
    expect(said.join("\n")).toContain(`not verified: ${line}`)
    expect(said.join("\n")).toContain(`differs from 1.0.0: ${line}`)
  })

  test("sibling of V31: the release does not count as running, so that it is rolled out once more", async () => {
    const simulation = await world()
    const seen = (await observe(simulation.session())).world
    expect(runs(seen, set)).toBe(false)
    edit(simulation.api, servicePath, { selector: { app: "web" } })
    expect(runs((await observe(simulation.session())).world, set)).toBe(true)
  })
})
