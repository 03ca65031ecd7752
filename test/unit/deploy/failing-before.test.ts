/**
 * Recorded with Kubernetes 1.36.3: a first release whose startup probe never passed, left as it was, and the next one on top
 * of it. Both releases' pods were restarted by the kubelet at the same time.
 */
import { readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { KnownSecrets } from "../../../src/chart/index.ts"
import { secretPath } from "../../../src/deploy/cluster/index.ts"
import { type ClusterEvent, collectDiagnosis, firstCause } from "../../../src/deploy/diagnosis/index.ts"
import type { Pod } from "../../../src/deploy/world/index.ts"
import { MemoryApi } from "./support/memory-api.ts"

const recorded = new URL("../../recorded/kubernetes/probe-restarts.json", import.meta.url)
const { events } = JSON.parse(readFileSync(recorded, "utf8")) as { readonly events: readonly ClusterEvent[] }

/** Killed after its grace, and waiting to be started again. */
function restarted(name: string, creationTimestamp: string, exitCode = 137): Pod {
  const uid = events.find((one) => one.involvedObject?.name === name)?.involvedObject?.uid ?? ""
  return {
    metadata: {
      ...{ name, uid, creationTimestamp, namespace: "apps" },
      labels: { "app.kubernetes.io/instance": "app" },
    },
    status: {
      phase: "Running",
      containerStatuses: [
        {
          ...{ name: "web", restartCount: 3, state: { waiting: { reason: "CrashLoopBackOff" } } },
          lastState: { terminated: { exitCode, reason: "Error" } },
        },
      ],
    },
  }
}

const first = restarted("web-5d6dbdd5f7-ggpn4", "2026-11-29T13:23:02Z")
const second = restarted("web-b5d8d897-dffgv", "2026-11-29T13:31:43Z")
const plain = (text: string) => text

let directory: string
let api: MemoryApi
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cause-"))
  api = new MemoryApi()
  for (const event of events) api.put(`/api/v1/namespaces/apps/events/${event.metadata.name}`, event)
  revision(1, "2026-11-29T13:23:00Z")
  revision(2, "2026-11-29T13:31:41Z")
})
afterEach(() => rm(directory, { recursive: true }))

function revision(version: number, creationTimestamp: string): void {
  const name = `sh.helm.release.v1.app.v${version}`
  const labels = { owner: "helm", name: "app", version: String(version) }
  api.put(secretPath("apps", name), { metadata: { name, labels, creationTimestamp } })
}

function causeWith(pods: readonly Pod[], baseRevision: number): Promise<string | null> {
  for (const pod of pods) api.put(`/api/v1/namespaces/apps/pods/${pod.metadata.name}`, pod)
  return collectDiagnosis(api, "apps", "app", { directory, secrets: new KnownSecrets(), baseRevision })
}

test("X14 a container that the kubelet ended because of its probe: the probe is the cause, not exit code 137", () => {
  expect(firstCause([second], events, plain)).toMatch(
    /^probe: web-b5d8d897-dffgv: Startup probe failed: Get "http:\S+:8080\/health": .*connection refused, restarted 3 times$/,
  )
  // A program that ends well when it is told to is restarted all the same.
  expect(firstCause([restarted("web-b5d8d897-dffgv", "2026-11-29T13:31:43Z", 0)], events, plain)).toMatch(
    /^probe: /,
  )
})

test("one that ended by itself is a crash, whatever its probe says of the time after", () => {
  const unhealthy = events.filter((one) => one.reason !== "Killing")
  expect(firstCause([second], unhealthy, plain)).toBe(
    "crash: web-b5d8d897-dffgv/web: exit code 137, restarted 3 times",
  )
})

test("X14 a pod of the release before that fails on is not the cause of this one's failure", async () => {
  expect(await causeWith([first, second], 1)).toMatch(/^probe: web-b5d8d897-dffgv: /)
  expect(await causeWith([first, second], 0)).toMatch(/^probe: web-(5d6dbdd5f7-ggpn4|b5d8d897-dffgv): /)
})

test("where the operation made no pod, those that there are may be the cause", async () => {
  expect(await causeWith([first], 1)).toMatch(/^probe: web-5d6dbdd5f7-ggpn4: /)
})
