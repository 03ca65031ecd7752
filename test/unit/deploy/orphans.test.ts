import { beforeEach, describe, expect, test } from "vitest"
import { manifestsDigest, parseManifests } from "../../../src/chart/index.ts"
import { type KubeObject, secretPath } from "../../../src/deploy/cluster/index.ts"
import { removeOrphans, removeTraffic } from "../../../src/deploy/driver/objects.ts"
import { encodeRelease, type HelmStatus } from "../../../src/deploy/helm/index.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import type { ProcessOptions } from "../../../src/verify/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { memorySession } from "./support/session.ts"
import { setOf } from "./support/sets.ts"

const owner = { "meta.helm.sh/release-name": "app", "meta.helm.sh/release-namespace": "apps" }

/** ConfigMaps by name, each with what its metadata says beyond that. */
function manifest(objects: Readonly<Record<string, object>>): string {
  return Object.entries(objects)
    .map(([name, more]) =>
      JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...more } }),
    )
    .join("\n---\n")
}

let api: MemoryApi
let deleted: string[]
beforeEach(() => {
  api = new MemoryApi()
  deleted = []
})

function revision(number: number, status: HelmStatus, text: string): void {
  const name = `sh.helm.release.v1.app.v${number}`
  const release = { name: "app", version: number, manifest: text, info: { status } }
  api.put(secretPath("apps", name), {
    metadata: { name, labels: { owner: "helm", name: "app", status, version: String(number) } },
    data: { release: encodeRelease(release) },
  })
}

/** Everything that kubectl is asked for is there and belongs to the release; `live` is what its metadata says now. */
function remove(running: string, live: Readonly<Record<string, string>> = {}): Promise<string> {
  const run = async (_command: string, args: readonly string[], options: ProcessOptions) => {
    const { items: asked } = JSON.parse(options.input ?? "") as { items: readonly KubeObject[] }
    if (args[0] === "delete") deleted.push(...asked.map((one) => one.metadata.name))
    const items = asked.map((one) => ({
      ...one,
      metadata: { ...one.metadata, annotations: { ...one.metadata.annotations, ...owner, ...live } },
    }))
    return { code: 0, stdout: JSON.stringify({ items }), stderr: "", timedOut: false, truncated: false }
  }
  const session = memorySession(api, new MemoryClock())
  const children = { run } as unknown as typeof session.children
  const manifests = manifestsDigest(parseManifests(running))
  return removeOrphans({ ...session, children }, setOf("1", { manifests }))
}

describe("what a revision that never completed had made", () => {
  const running = manifest({ a: {}, b: {} })

  test("is deleted where the running set does not have it", async () => {
    revision(1, "superseded", running)
    revision(2, "failed", manifest({ a: {}, b: {}, extra: {} }))
    revision(3, "deployed", running)
    expect(await remove(running)).toBe("; removed ConfigMap/extra")
    expect(deleted).toEqual(["extra"])
  })

  test("stays where the running set has it, although one of the two names the namespace that both are in", async () => {
    const named = { namespace: "apps" }
    revision(1, "superseded", running)
    revision(2, "failed", manifest({ a: named, b: named, extra: named }))
    revision(3, "deployed", running)
    await remove(running)
    expect(deleted).toEqual(["extra"])
  })

  test("stays where the chart says that it is to be kept, as Helm would leave it", async () => {
    revision(1, "failed", manifest({ a: {}, b: {}, extra: {} }))
    revision(2, "deployed", running)
    expect(await remove(running, { "helm.sh/resource-policy": "keep" })).toBe("")
    expect(deleted).toEqual([])
  })
})

describe("what the API server does not let be removed", () => {
  const service = JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name: "web" } })
  const session = () => {
    const made = memorySession(api, new MemoryClock())
    const stderr = 'Error from server (Forbidden): services "web" is forbidden'
    const run = async () => ({ code: 1, stdout: "", stderr, timedOut: false, truncated: false })
    return { ...made, children: { run } as unknown as typeof made.children }
  }

  test("is the failure of taking it out of traffic, which needs a person, and blocks no later call", async () => {
    revision(1, "failed", service)
    expect(await removeTraffic(session(), [])).toEqual({
      ok: false,
      cause: expect.stringMatching(/^out of traffic: kubectl get failed: .*is forbidden$/),
    })
  })

  test("is told by a roll-out that has ended well", async () => {
    const running = manifest({ a: {} })
    revision(1, "failed", manifest({ a: {}, extra: {} }))
    revision(2, "deployed", running)
    const manifests = manifestsDigest(parseManifests(running))
    expect(await removeOrphans(session(), setOf("1", { manifests }))).toMatch(/is left: kubectl get failed/)
  })

  test("nor is what kubectl found, where some of it is lost", async () => {
    revision(1, "failed", service)
    const made = session()
    const run = async () => ({
      code: 0,
      stdout: "metadata: {}}]}",
      stderr: "",
      timedOut: false,
      truncated: true,
    })
    const children = { run } as unknown as typeof made.children
    expect(await removeTraffic({ ...made, children }, [])).toEqual({
      ok: false,
      cause: expect.stringMatching(/^out of traffic: the output of kubectl get is incomplete, .*16 MiB/),
    })
  })

  test("decides nothing while the API server is away", async () => {
    revision(1, "failed", service)
    const away = new SignalboxError("CLUSTER_UNREACHABLE", { what: "no API server" })
    api.get = () => Promise.reject(away)
    await expect(removeTraffic(session(), [])).rejects.toBe(away)
  })
})
