import { oneLine } from "../../domain/index.ts"
import type { ContainerStatus, Pod } from "../world/index.ts"
import type { ClusterEvent } from "./events.ts"

/** The raw texts of a line, in order. They are joined by one place alone: see `firstCause`. */
type Line = readonly string[]

type Cause = (pods: readonly Pod[], events: readonly ClusterEvent[]) => Line | null

/** In the order of how much they explain: what keeps pods from existing, from starting, from running, from serving. */
const causes: readonly Cause[] = [quota, unschedulable, imagePull, configuration, crash, probe, notReady]

/**
 * The first cause of a failed rollout in one line, or null when pods and events show none.
 * @param events the newest first; those that concern the release, and happened since the operation began.
 * @param hide takes secrets out of a text. It gets each text as Kubernetes gave it: one that is cut through, or whose
 * line break has become a space, would not be known as a secret any more, and stay.
 */
export function firstCause(
  pods: readonly Pod[],
  events: readonly ClusterEvent[],
  hide: (text: string) => string,
): string | null {
  // Pods of before that are going away, or have ended as requested, are no cause.
  const concerned = pods.filter(
    ({ metadata, status }) => metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded",
  )
  for (const cause of causes) {
    const found = cause(concerned, events)
    if (found !== null) return oneLine(found.map(hide).join("")).replaceAll(/\s+/g, " ").slice(0, 300)
  }
  return null
}

function quota(_pods: readonly Pod[], events: readonly ClusterEvent[]): Line | null {
  const event = events.find((one) => one.reason === "FailedCreate")
  if (event === undefined) return null
  const what = /exceeded quota|forbidden/.test(event.message ?? "")
    ? "quota or policy"
    : "pods cannot be created"
  return [`${what}: `, event.message ?? "FailedCreate"]
}

function unschedulable(pods: readonly Pod[]): Line | null {
  for (const pod of pods) {
    const condition = pod.status?.conditions?.find(
      (one) => one.type === "PodScheduled" && one.status === "False",
    )
    if (condition !== undefined)
      return ["unschedulable: ", pod.metadata.name, ": ", condition.message ?? condition.reason ?? ""]
  }
  return null
}

function imagePull(pods: readonly Pod[]): Line | null {
  return waiting(pods, /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull)$/, "image pull")
}

function configuration(pods: readonly Pod[]): Line | null {
  return waiting(
    pods,
    /^(CreateContainerConfigError|CreateContainerError|RunContainerError)$/,
    "container set-up",
  )
}

function waiting(pods: readonly Pod[], reasons: RegExp, title: string): Line | null {
  for (const { pod, container } of containers(pods)) {
    const { reason, message } = container.state?.waiting ?? {}
    if (reason === undefined || !reasons.test(reason)) continue
    const where = [pod.metadata.name, "/", container.name]
    return [`${title}: `, ...where, `: ${reason}: `, message ?? container.image ?? ""]
  }
  return null
}

function crash(pods: readonly Pod[], events: readonly ClusterEvent[]): Line | null {
  for (const { pod, container } of containers(pods)) {
    const ended = container.state?.terminated ?? container.lastState?.terminated
    const crashing = container.state?.waiting?.reason === "CrashLoopBackOff" || (ended?.exitCode ?? 0) !== 0
    if (!crashing || ended === undefined) continue
    const times = `, restarted ${container.restartCount ?? 0} times`
    const unhealthy = endedForProbe(pod, container, events) ? probeOf(pod, events) : undefined
    if (unhealthy !== undefined) return [...unhealthy, times]
    const why = ended.reason === "OOMKilled" ? "out of memory" : `exit code ${ended.exitCode ?? "unknown"}`
    return ["crash: ", pod.metadata.name, "/", container.name, `: ${why}${times}`]
  }
  return null
}

function probe(pods: readonly Pod[], events: readonly ClusterEvent[]): Line | null {
  for (const pod of pods) {
    const unhealthy = isReady(pod) ? undefined : probeOf(pod, events)
    if (unhealthy !== undefined) return unhealthy
  }
  return null
}

/** The newest word of the kubelet about a probe of the pod that failed. */
function probeOf({ metadata }: Pod, events: readonly ClusterEvent[]): Line | undefined {
  const event = events.find(
    (one) => one.reason === "Unhealthy" && (one.involvedObject?.name ?? "") === metadata.name,
  )
  return event === undefined ? undefined : ["probe: ", metadata.name, ": ", event.message ?? "Unhealthy"]
}

/** The kubelet ended it because of its probe: that is the cause, whatever exit code the program left with. */
function endedForProbe(
  { metadata }: Pod,
  { name }: ContainerStatus,
  events: readonly ClusterEvent[],
): boolean {
  const failedProbe = new RegExp(`^Container ${name} failed (?:startup|liveness) probe`)
  return events.some(
    (one) =>
      one.reason === "Killing" &&
      one.involvedObject?.name === metadata.name &&
      failedProbe.test(one.message ?? ""),
  )
}

function notReady(pods: readonly Pod[]): Line | null {
  const pod = pods.find((one) => !isReady(one))
  return pod === undefined
    ? null
    : ["not ready: ", pod.metadata.name, ` is ${pod.status?.phase ?? "unknown"}`]
}

function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some((one) => one.type === "Ready" && one.status === "True") ?? false
}

function containers(pods: readonly Pod[]): readonly { pod: Pod; container: ContainerStatus }[] {
  return pods.flatMap((pod) =>
    [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].map(
      (container) => ({
        pod,
        container,
      }),
    ),
  )
}
