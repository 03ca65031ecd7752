import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { KnownSecrets } from "../../../src/chart/index.ts"
import { type ClusterEvent, firstCause } from "../../../src/deploy/diagnosis/index.ts"
import { type Pod, podImages, runningImages } from "../../../src/deploy/world/index.ts"

interface Recorded {
  readonly pods: readonly Pod[]
  readonly events: readonly ClusterEvent[]
}

const recorded = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../recorded/kubernetes/${name}.json`, import.meta.url), "utf8"),
  ) as Recorded

const plain = (text: string) => text

describe("the first cause in one line, from what Kubernetes showed", () => {
  test.each([
    ["image-pull", /^image pull: web-\S+\/web: (ErrImagePull|ImagePullBackOff): /],
    ["crash", /^crash: web-\S+\/web: exit code 3, restarted \d+ times$/],
    ["probe", /^probe: web-\S+: (Startup|Readiness) probe failed: HTTP probe failed with statuscode: 404/],
    ["quota", /^quota or policy: .*exceeded quota: small/],
    ["unschedulable", /^unschedulable: web-\S+: 0\/1 nodes are available: 1 Insufficient memory/],
  ])("%s", (name, cause) => {
    const { pods, events } = recorded(name)
    const found = firstCause(pods, events, plain)
    expect(found).toMatch(cause)
    expect(found).not.toContain("\n")
  })

  test("healthy pods show none, whatever old events say", () => {
    const { events } = recorded("probe")
    const ready: Pod = {
      metadata: { name: "web-1" },
      status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
    }
    expect(firstCause([ready], events, plain)).toBeNull()
  })
})

describe("X11 a secret in what Kubernetes says is taken out before the line is made", () => {
  const secrets = new KnownSecrets()
  secrets.learn(["correct-horse-battery-staple", "first half\n  second half"])
  const hide = (text: string) => secrets.hide(text)
  const waiting = (message: string): Pod => ({
    metadata: { name: "web-1" },
    status: {
      containerStatuses: [{ name: "web", state: { waiting: { reason: "CreateContainerError", message } } }],
    },
  })
  const unscheduled = (message: string): Pod => ({
    metadata: { name: "web-1" },
    status: { conditions: [{ type: "PodScheduled", status: "False", message }] },
  })
  const failed = (message: string): ClusterEvent => ({
    metadata: { name: "e" },
    reason: "Unhealthy",
    involvedObject: { kind: "Pod", name: "web-1" },
    message,
  })
  const said = {
    "a container's message": (text: string) => firstCause([waiting(text)], [], hide),
    "a pod's condition": (text: string) => firstCause([unscheduled(text)], [], hide),
    "an event": (text: string) => firstCause([{ metadata: { name: "web-1" } }], [failed(text)], hide),
  }

  test.each(Object.entries(said))("one that the cut goes through: %s", (_name, cause) => {
    const found = cause(`${"x".repeat(220)} correct-horse-battery-staple ${"y".repeat(200)}`)
    expect(found).not.toMatch(/correct/)
    expect(found?.length).toBeLessThanOrEqual(300)
  })

  test.each(Object.entries(said))("one with a line break: %s", (_name, cause) => {
    expect(cause("with first half\n  second half\nin it")).toMatch(/: with \(secret\) in it$/)
  })

  test("a pod that is going away, or has ended well, is none", () => {
    const { pods, events } = recorded("crash")
    const leaving = pods.map((pod) => ({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: "now" } }))
    expect(firstCause(leaving, events, String)).toBeNull()
    expect(
      firstCause([{ metadata: { name: "web-1" }, status: { phase: "Succeeded" } }], [], String),
    ).toBeNull()
  })
})

describe("images that pods report", () => {
  test("by component, by digest, without pods that are going away", () => {
    const { pods } = recorded("probe")
    const digests = runningImages(podImages(pods)).web
    expect(digests).toHaveLength(1)
    expect(digests?.[0]).toMatch(/^sha256:[0-9a-f]{64}$/)
    const leaving = pods.map((pod) => ({ ...pod, metadata: { ...pod.metadata, deletionTimestamp: "now" } }))
    expect(runningImages(podImages(leaving))).toEqual({})
  })
})
