import type { KubeObject } from "../../cluster/index.ts"
import type { ContainerStatus, Pod } from "../../world/index.ts"
import { container } from "./job.ts"

/** How far a hook's Job is. */
export type HookState =
  | { readonly ended: false }
  | { readonly ended: true; readonly passed: true }
  /** `judged`: the program has run, and failed by its own doing. `cause` null: the causes observed before say why. */
  | { readonly ended: true; readonly passed: false; readonly judged: boolean; readonly cause: string | null }

interface Conditions {
  readonly conditions?: readonly {
    readonly type: string
    readonly status: string
    readonly reason?: string
  }[]
}

/** Whether Kubernetes has called a Job complete or failed: from then on nothing of it runs. */
export function hasEnded(job: KubeObject): boolean {
  return isTrue(job, "Complete") || isTrue(job, "Failed")
}

/**
 * Whether a Job stands still: a person, or a queue, has suspended it, and nothing of it runs. Its own time limit does not
 * count on meanwhile, so that it may stay so for ever.
 */
export function isSuspended({ spec, status }: KubeObject): boolean {
  const { suspend } = (spec ?? {}) as { readonly suspend?: boolean }
  const { active = 0, terminating = 0 } = (status ?? {}) as {
    readonly active?: number
    readonly terminating?: number
  }
  return suspend === true && active === 0 && terminating === 0
}

/** @param pods those of the Job. */
export function stateOf(job: KubeObject, pods: readonly Pod[]): HookState {
  if (isTrue(job, "Complete")) return { ended: true, passed: true }
  if (!isTrue(job, "Failed")) return { ended: false }
  return { ended: true, passed: false, ...failureOf(pods[0]) }
}

function failureOf(pod: Pod | undefined): { readonly judged: boolean; readonly cause: string | null } {
  if (pod === undefined) return { judged: false, cause: null }
  const { reason, message } = pod.status ?? {}
  const ended = statusOf(pod)?.state?.terminated
  if (reason === "DeadlineExceeded") {
    const started = ended !== undefined && !hasNotStarted(ended)
    return started ? { judged: true, cause: "it did not end in time" } : { judged: false, cause: null }
  }
  // An eviction, a node that went away: not the program's failure.
  const disturbed = reason !== undefined || isTrue(pod, "DisruptionTarget")
  if (disturbed) return { judged: false, cause: `its pod was ended: ${reason ?? ""} ${message ?? ""}`.trim() }
  if (ended?.exitCode === undefined) return { judged: false, cause: null }
  if (hasNotStarted(ended))
    return { judged: false, cause: `it did not start: ${ended.message ?? ended.reason}` }
  const why = ended.reason === "OOMKilled" ? "out of memory, " : ""
  return { judged: true, cause: `${why}exit code ${ended.exitCode}` }
}

/** The runtime's own word for a program that is not there or cannot be run. */
function hasNotStarted({ reason = "" }: { readonly reason?: string }): boolean {
  return /^(StartError|ContainerCannotRun|ContainerStatusUnknown)$/.test(reason)
}

function statusOf({ status }: Pod): ContainerStatus | undefined {
  return status?.containerStatuses?.find(({ name }) => name === container)
}

function isTrue({ status }: KubeObject, type: string): boolean {
  const { conditions = [] } = (status ?? {}) as Conditions
  return conditions.some((one) => one.type === type && one.status === "True")
}
