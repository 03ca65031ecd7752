/** Which events of a namespace may be the first cause of an operation: its own objects', and since it began. */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { KnownSecrets } from "../../../src/chart/index.ts"
import { secretPath } from "../../../src/deploy/cluster/index.ts"
import { collectDiagnosis } from "../../../src/deploy/diagnosis/index.ts"
import { SignalboxError } from "../../../src/domain/index.ts"
import { MemoryApi } from "./support/memory-api.ts"

let directory: string
let api: MemoryApi
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "events-"))
  api = new MemoryApi()
  revision(4, "2026-11-20T10:00:00Z")
  revision(5, "2026-11-21T10:00:00Z")
  revision(6, "2026-11-21T10:05:00Z")
})
afterEach(() => rm(directory, { recursive: true }))

const last = "2026-11-21T10:06:00Z"
const group = "/apis/apps/v1/namespaces/apps"

function revision(version: number, creationTimestamp: string): void {
  const name = `sh.helm.release.v1.app.v${version}`
  const labels = { owner: "helm", name: "app", version: String(version) }
  api.put(secretPath("apps", name), { metadata: { name, labels, creationTimestamp } })
}

/** A workload whose pods would be those of a release. */
function workload(path: string, uid: string, instance: string): void {
  const template = { metadata: { labels: { "app.kubernetes.io/instance": instance } } }
  api.put(path, { metadata: { name: path.split("/").at(-1) ?? "", uid }, spec: { template } })
}

let count = 0
function event(kind: string, name: string, uid: string, times: object, reason = "FailedCreate"): void {
  const { creationTimestamp, ...more } = { creationTimestamp: last, ...times }
  const metadata = { name: `e-${count++}`, creationTimestamp }
  const about = { reason, message: `exceeded quota: ${uid}`, involvedObject: { kind, name, uid } }
  api.put(`/api/v1/namespaces/apps/events/${metadata.name}`, { metadata, ...about, ...more })
}

/** Of an operation that began after revision 4. */
function diagnose(baseRevision = 4): Promise<string | null> {
  return collectDiagnosis(api, "apps", "app", { directory, secrets: new KnownSecrets(), baseRevision })
}

function file(name: string): Promise<string> {
  return readFile(join(directory, name), "utf8")
}

test.each([
  ["ReplicaSet", `${group}/replicasets/web-1a`],
  ["StatefulSet", `${group}/statefulsets/web-1a`],
  ["DaemonSet", `${group}/daemonsets/web-1a`],
  ["Job", "/apis/batch/v1/namespaces/apps/jobs/web-1a"],
  ["ReplicationController", "/api/v1/namespaces/apps/replicationcontrollers/web-1a"],
])(
  "pods that a %s of the release cannot make are the cause; those of another application are none",
  async (kind, path) => {
    workload(path, "own", "app")
    workload(path.replace("web-1a", "web-api-1a"), "other", "shop")
    event(kind, "web-api-1a", "other", {})
    expect(await diagnose()).toBeNull()
    expect(await file("events.txt")).toContain("exceeded quota: other")
    event(kind, "web-1a", "own", { creationTimestamp: "2026-11-21T10:05:30Z" })
    expect(await diagnose()).toBe("quota or policy: exceeded quota: own")
  },
)

test("one that is gone, had the name before, or is of a kind that makes no pods, is not taken for the release's", async () => {
  workload(`${group}/replicasets/web-1a`, "own", "app")
  event("ReplicaSet", "web-1a", "before", {})
  event("ReplicaSet", "web-2b", "gone", {})
  event("Gadget", "web-1a", "own-gadget", {})
  expect(await diagnose()).toBeNull()
})

test("the owner of a pod of the release needs no other look: the account may have no right to read it", async () => {
  api.put("/api/v1/namespaces/apps/pods/web-1", {
    metadata: {
      ...{ name: "web-1", namespace: "apps", labels: { "app.kubernetes.io/instance": "app" } },
      ownerReferences: [{ name: "web", uid: "own" }],
    },
    status: { conditions: [{ type: "Ready", status: "True" }] },
  })
  const list = api.list.bind(api)
  api.list = async (path, selector) => {
    if (path.endsWith("replicasets")) throw new SignalboxError("CLUSTER_REFUSED", { what: "HTTP 403" })
    return list(path, selector)
  }
  event("ReplicaSet", "web-1a", "other", {})
  expect(await diagnose()).toBeNull()
  expect(await file("cause.txt")).toContain("not readable: ReplicaSets that could not make pods: HTTP 403")
  event("ReplicaSet", "web-1a", "own", {})
  expect(await diagnose()).toBe("quota or policy: exceeded quota: own")
})

test.each([
  ["it was made since", { creationTimestamp: "2026-11-21T10:00:00Z" }, true],
  ["it came again since", { creationTimestamp: "2026-11-14T10:00:00Z", lastTimestamp: last }, true],
  [
    "its series goes on",
    {
      creationTimestamp: "2026-11-14T10:00:00Z",
      series: { lastObservedTime: "2026-11-21T10:06:00.123456Z" },
    },
    true,
  ],
  [
    "a controller whose clock is behind saw it",
    { creationTimestamp: "2026-11-21T09:00:00Z", lastTimestamp: "2026-11-21T09:59:57Z" },
    true,
  ],
  ["last week", { creationTimestamp: "2026-11-14T10:00:00Z", lastTimestamp: "2026-11-14T11:00:00Z" }, false],
  [
    "a minute before",
    { creationTimestamp: "2026-11-21T09:59:00Z", eventTime: "2026-11-21T09:59:00Z" },
    false,
  ],
  ["it says no time", { creationTimestamp: undefined }, false],
])(
  "an event counts from when the API server got the operation's first revision: %s",
  async (_name, times, counts) => {
    workload(`${group}/replicasets/web-1a`, "own", "app")
    event("ReplicaSet", "web-1a", "own", times)
    expect(await diagnose()).toBe(counts ? "quota or policy: exceeded quota: own" : null)
  },
)

test("an operation that made no revision tests the newest one: what was before that is none of its causes", async () => {
  workload(`${group}/replicasets/web-1a`, "own", "app")
  event("ReplicaSet", "web-1a", "own", { creationTimestamp: "2026-11-21T10:04:00Z" })
  expect(await diagnose(6)).toBeNull()
  event("ReplicaSet", "web-1a", "own", { creationTimestamp: "2026-11-21T10:05:00Z" })
  expect(await diagnose(6)).not.toBeNull()
})

test("what a pod of the same name did before is no cause: one of a StatefulSet gets its name again", async () => {
  const labels = { "app.kubernetes.io/instance": "app" }
  api.put("/api/v1/namespaces/apps/pods/db-0", {
    metadata: { name: "db-0", namespace: "apps", uid: "now", labels },
    status: { phase: "Running" },
  })
  event("Pod", "db-0", "before", {}, "Unhealthy")
  expect(await diagnose()).toBe("not ready: db-0 is Running")
  event("Pod", "db-0", "now", {}, "Unhealthy")
  expect(await diagnose()).toBe("probe: db-0: exceeded quota: now")
})

test("a flood of another application's events does not push out the one that is the cause", async () => {
  workload(`${group}/replicasets/web-1a`, "own", "app")
  event("ReplicaSet", "web-1a", "own", {})
  for (let more = 0; more < 300; more++)
    event("Pod", "shop-1", "shop", { creationTimestamp: "2026-11-21T10:07:00Z" }, "Unhealthy")
  expect(await diagnose()).toBe("quota or policy: exceeded quota: own")
  expect((await file("events.txt")).split("\n")).toHaveLength(200)
})
