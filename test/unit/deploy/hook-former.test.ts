/** Jobs of former operations that do not come to an end by themselves: no later hook waits for them for ever. */
import { describe, expect, test } from "vitest"
import type { KubeObject } from "../../../src/deploy/cluster/index.ts"
import { afterFormer } from "../../../src/deploy/steps/hook/former.ts"
import type { StepContext } from "../../../src/deploy/steps/step.ts"
import { MemoryApi } from "./support/memory-api.ts"
import { MemoryClock } from "./support/memory-clock.ts"
import { namespace } from "./support/session.ts"

const path = (name: string) => `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`

function job(name: string, spec: object, status: object = {}): KubeObject {
  return {
    metadata: {
      name,
      labels: { "app.kubernetes.io/managed-by": "signalbox", "signalbox/job": name },
      annotations: { "signalbox/operation": "former" },
    },
    ...{ spec: { activeDeadlineSeconds: 300, ...spec }, status },
  } as KubeObject
}

async function waiting(...jobs: readonly KubeObject[]) {
  const api = new MemoryApi()
  for (const one of jobs) api.put(path(one.metadata.name), one)
  const clock = new MemoryClock()
  const context = {
    ...{ id: "hook:migrate", operation: "now", plan: { namespace }, api, clock, say: () => {} },
    signal: new AbortController().signal,
  } as unknown as StepContext
  const busy = await afterFormer(context, "own", 60_000)
  return {
    busy,
    seconds: clock.elapsed / 1000,
    left: jobs.filter((one) => api.objects.has(path(one.metadata.name))),
  }
}

describe("a Job of a former operation", () => {
  test("that runs is waited for, within the hook's own time", async () => {
    const { busy, seconds, left } = await waiting(job("a", {}, { active: 1 }))
    expect(busy).toBe("a of operation former still runs")
    expect([seconds, left.length]).toEqual([60, 1])
  })

  test("that is suspended runs nothing: it is removed, and does not block later hooks for ever", async () => {
    const { busy, seconds, left } = await waiting(job("a", { suspend: true }, { active: 0 }))
    expect([busy, seconds, left]).toEqual([null, 0, []])
  })

  test("that was suspended a moment ago, and whose pod is still there, is waited for", async () => {
    expect((await waiting(job("a", { suspend: true }, { active: 1 }))).busy).toContain("still runs")
    expect((await waiting(job("a", { suspend: true }, { terminating: 1 }))).busy).toContain("still runs")
  })

  test("that has no time limit is none of ours, and not waited for", async () => {
    const { busy, left } = await waiting(job("a", { activeDeadlineSeconds: undefined }, { active: 1 }))
    expect([busy, left.length]).toEqual([null, 1])
  })
})
