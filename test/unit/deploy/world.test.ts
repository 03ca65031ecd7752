import { describe, expect, test } from "vitest"
import { parseManifests } from "../../../src/chart/index.ts"
import { emptyLedger } from "../../../src/deploy/state/index.ts"
import { differences, drift, readRollout, runs, type World } from "../../../src/deploy/world/index.ts"
import { type Pod, podImages, runningImages } from "../../../src/deploy/world/pods.ts"
import { sha256 } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { history, manifestOf, setOf } from "./support/sets.ts"

const set = setOf("1.0.0")
const own = sha256("1.0.0")
const sidecar = sha256("mesh proxy")

const pod = (...digests: readonly string[]) => ({
  metadata: { name: "web-1", labels: { "app.kubernetes.io/component": "web" } },
  spec: {},
  status: { containerStatuses: digests.map((digest) => ({ name: "c", imageID: `r.example/i@${digest}` })) },
})

/** A pod that is told to run one image, and reports another digest of it. */
const told = (digest: string, reported: string) => ({
  ...pod(reported),
  spec: { containers: [{ name: "c", image: `r.example/i@${digest}` }] },
})

function worldOf(...pods: readonly Pod[]): World {
  const running = podImages(pods)
  const { manifests } = set
  return {
    ...history([
      { revision: 1, status: "deployed", description: "", manifest: manifestOf("1.0.0"), manifests },
    ]),
    ...{ rollout: { ready: true, waitingFor: [], changed: [] }, ledger: emptyLedger("staging") },
    ...{ images: runningImages(running), pods: running, traffic: { present: [], missing: [] } },
  }
}

test.each([
  ["its own digest", [pod(own)], true],
  ["its own digest beside a sidecar", [pod(own, sidecar), pod(sidecar, own)], true],
  ["nothing yet", [pod()], true],
  ["another digest of what it was told by digest", [told(own, sha256("annotated"))], true],
  ["another digest", [pod(sha256("0.9.0"))], false],
  ["another digest, as it was told", [told(sha256("0.9.0"), sha256("0.9.0"))], false],
  ["another digest beside a sidecar", [pod(own, sidecar), pod(sha256("0.9.0"), sidecar)], false],
])("a set runs or not by what each pod reports: %s", (_name, pods, expected) => {
  expect(runs(worldOf(...pods), set)).toBe(expected)
})

test("a proven set is contradicted by a workload that is not as it was applied, whatever its pods say", () => {
  const changed = ["Deployment/web is scaled to 0 of 2 pods"]
  const world = { ...worldOf(), rollout: { ready: false, waitingFor: changed, changed } }
  expect(drift(world, set)).toBe(changed[0])
  expect(runs(world, set)).toBe(false)
})

test("V01, X13: a Service that is missing contradicts, and every difference is named", () => {
  const missing = { present: [], missing: ["Service/web", "Ingress/web"] }
  const world = { ...worldOf(pod(sha256("0.9.0"))), traffic: missing }
  expect(runs(worldOf(pod(own)), set)).toBe(true)
  expect(runs({ ...worldOf(pod(own)), traffic: missing }, set)).toBe(false)
  expect(drift(world, set)).toBe("Service/web does not exist")
  expect(differences(world, set)).toEqual([
    ...["Service/web does not exist", "Ingress/web does not exist"],
    "no pod of web runs the image that 1.0.0 has",
  ])
})

describe("what runs is held against the manifest", () => {
  const image = (text: string) => `r.example/web@${sha256(text)}`
  const body = (replicas: number | undefined, digest: string) => ({
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      template: { spec: { containers: [{ name: "web", image: image(digest) }] } },
    },
  })
  const rollout = async (manifest: object, live: object | null) => {
    const api = new MemoryApi()
    const status = { replicas: 0, updatedReplicas: 0, availableReplicas: 0 }
    if (live !== null)
      api.put("/apis/apps/v1/namespaces/apps/deployments/web", { metadata: { name: "web" }, status, ...live })
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, ...manifest }
    return readRollout(api, "apps", parseManifests(JSON.stringify(deployment)))
  }

  const scaledTo0 = "Deployment/web is scaled to 0 of 1 pods"

  test.each([
    ["scaled to nothing", body(2, "a"), body(0, "a"), ["Deployment/web is scaled to 0 of 2 pods"]],
    ["another image", body(2, "a"), body(2, "b"), ["Deployment/web has another image in web"]],
    ["not there", body(2, "a"), null, ["Deployment/web does not exist"]],
    ["as it is", body(2, "a"), body(2, "a"), []],
    ["more pods", body(2, "a"), body(3, "a"), []],
    ["fewer pods", body(2, "a"), body(1, "a"), []],
    ["of a chart that leaves it to the API server: none", body(undefined, "a"), body(0, "a"), [scaledTo0]],
    ["of a chart that leaves it to the API server: some", body(undefined, "a"), body(3, "a"), []],
    ["nothing, as it should", body(0, "a"), body(0, "a"), []],
  ])("%s", async (_name, manifest, live, changed) => {
    expect((await rollout(manifest, live)).changed).toEqual(changed)
  })
})

describe("a chart that leaves the number of pods to an autoscaler", () => {
  const scaler = (apiVersion: string, kind: string, least: object, target = "web") => ({
    ...{ apiVersion, kind, metadata: { name: "web" } },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: target }, ...least },
  })
  const horizontal = (least: object, target?: string) =>
    scaler("autoscaling/v2", "HorizontalPodAutoscaler", least, target)

  test.each([
    ["one that keeps some", horizontal({ minReplicas: 2 }), ["Deployment/web is scaled to 0 of 2 pods"]],
    ["one that keeps one by default", horizontal({}), ["Deployment/web is scaled to 0 of 1 pods"]],
    ["one that may go to nothing", horizontal({ minReplicas: 0 }), []],
    ["one of another kind, which may go to nothing", scaler("keda.sh/v1alpha1", "ScaledObject", {}), []],
    ["another one's", horizontal({ minReplicas: 0 }, "api"), ["Deployment/web is scaled to 0 of 1 pods"]],
  ])("scaled to nothing: %s", async (_name, object, changed) => {
    const api = new MemoryApi()
    const at = "/apis/apps/v1/namespaces/apps/deployments/web"
    api.put(at, { metadata: { name: "web" }, spec: { replicas: 0 }, status: {} })
    const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: {} }
    const text = [deployment, object].map((one) => JSON.stringify(one)).join("\n---\n")
    const seen = await readRollout(api, "apps", parseManifests(text))
    expect([seen.changed, seen.ready]).toEqual([changed, changed.length === 0])
  })
})

describe("C30 a StatefulSet that is renewed in part", () => {
  const set = (partition: number) => ({
    ...{ apiVersion: "apps/v1", kind: "StatefulSet" },
    metadata: { name: "db", labels: { "app.kubernetes.io/component": "web" } },
    spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition } } },
  })
  const state = async (partition: number, updatedReplicas: number) => {
    const api = new MemoryApi()
    const status = { replicas: 3, updatedReplicas, availableReplicas: 3 }
    api.put("/apis/apps/v1/namespaces/apps/statefulsets/db", { ...set(partition), status })
    return readRollout(api, "apps", parseManifests(JSON.stringify(set(partition))))
  }

  test("C30 is ready when the pods above its partition are new", async () => {
    expect((await state(2, 1)).ready).toBe(true)
    expect((await state(2, 0)).waitingFor).toEqual(["StatefulSet/db has 0 of 1 pods updated"])
    expect((await state(0, 1)).ready).toBe(false)
  })

  test("C30 runs though the others run what they ran; without a partition it does not", () => {
    const old = sha256("0.9.0")
    const running = (partition: number) => {
      const world = worldOf(pod(own), pod(old))
      const current = { ...history(world.revisions).revisions[0], manifest: JSON.stringify(set(partition)) }
      return { ...world, current } as World
    }
    expect(runs(running(2), { ...setOf("1.0.0") })).toBe(true)
    expect(runs(running(0), { ...setOf("1.0.0") })).toBe(false)
  })
})

test("all that the pods report is shown", () => {
  expect(worldOf(pod(own, sidecar), pod(own)).images).toEqual({ web: [own, sidecar].sort() })
})

test.each([
  ["nothing", [], null],
  ["its own image", [pod(own)], null],
  ["its own beside one that is still the old one", [pod(own), pod(sha256("0.9.0"))], null],
  ["another digest of what it was told by digest", [told(own, sha256("annotated"))], null],
  ["another image", [pod(sha256("0.9.0"))], "no pod of web runs the image that 1.0.0 has"],
])("a proven set is only contradicted by pods none of which runs its image: %s", (_name, pods, expected) => {
  expect(drift(worldOf(...pods), set)).toBe(expected)
})
