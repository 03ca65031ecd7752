import type { KubeObject } from "../../../../src/deploy/cluster/index.ts"
import type { MemoryApi } from "../support/memory-api.ts"
import type { MemoryClock } from "../support/memory-clock.ts"
import { namespace } from "../support/session.ts"

const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs/`
const pods = `/api/v1/namespaces/${namespace}/pods/`

interface Spec {
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> }
    readonly spec: {
      readonly containers: readonly [{ readonly command: readonly [string, string?, string?] }]
    }
  }
}

/**
 * What Kubernetes does about Jobs, a step at each tick of the clock. A program is what its command says: `exit CODE SECONDS`, or
 * `pull`, whose image never comes, or `gone`, whose pod somebody deletes. A pod that was made stays, so that runs can be counted; two at once are a mistake.
 */
export function runJobs(api: MemoryApi, clock: MemoryClock): void {
  clock.onTick = () => {
    for (const [path, job] of [...api.objects])
      if (path.startsWith(jobs)) advance(api, path, job, clock.elapsed)
    const active = [...api.objects].filter(([path, job]) => path.startsWith(jobs) && isActive(job))
    if (active.length > 1)
      throw new Error(`two hooks run at once: ${active.map(([path]) => path).join(", ")}`)
  }
}

/** Names of the Jobs that were run, with one entry for each time. */
export function runsOf(api: MemoryApi, hook: string): readonly string[] {
  return [...api.objects.values()].flatMap(({ metadata: { name, ownerReferences } }) =>
    ownerReferences !== undefined && name.startsWith(`signalbox-hook-${hook}-`)
      ? [ownerReferences[0]?.uid ?? ""]
      : [],
  )
}

function advance(api: MemoryApi, path: string, job: KubeObject, now: number): void {
  const { template } = job.spec as unknown as Spec
  const [program, code = "0", seconds = "0"] = template.spec.containers[0].command
  const { name } = job.metadata
  const put = (status: object, state: object, phase: string) => {
    const metadata = { ...job.metadata, uid: name }
    api.put(path, { ...job, metadata, status })
    const owned = { ownerReferences: [{ name, uid: name }], labels: template.metadata.labels }
    const containerStatuses = [{ name: "main", state }]
    api.put(`${pods}${name}-pod`, {
      metadata: { name: `${name}-pod`, ...owned },
      status: { phase, containerStatuses },
    })
  }
  const status = job.status as { readonly active?: number; readonly began?: number } | undefined
  if (status === undefined && program === "pull")
    put({ active: 1 }, { waiting: { reason: "ImagePullBackOff", message: "no such image" } }, "Pending")
  else if (status === undefined) put({ active: 1, began: now }, { running: {} }, "Running")
  else if (status.active === 1 && program === "pull") {
    // As the Job's own limit does: its pod is gone.
    api.objects.delete(`${pods}${name}-pod`)
    api.put(path, { ...job, status: ended("Failed", "DeadlineExceeded") })
  } else if (status.active === 1 && program === "gone") {
    api.objects.delete(`${pods}${name}-pod`)
    api.put(path, { ...job, status: ended("Failed", "BackoffLimitExceeded") })
  } else if (status.active === 1 && now - (status.began ?? 0) >= Number(seconds) * 1000) {
    api.logs.set(`${name}-pod`, `one\nthe end of ${name}\n`)
    const passed = code === "0"
    put(
      passed ? ended("Complete") : ended("Failed", "BackoffLimitExceeded"),
      { terminated: { exitCode: Number(code), reason: passed ? "Completed" : "Error" } },
      passed ? "Succeeded" : "Failed",
    )
  }
}

function isActive({ status }: KubeObject): boolean {
  return (status as { readonly active?: number } | undefined)?.active === 1
}

function ended(type: "Complete" | "Failed", reason?: string): object {
  return { conditions: [{ type, status: "True", ...(reason === undefined ? {} : { reason }) }] }
}
