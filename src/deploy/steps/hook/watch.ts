import { SignalboxError } from "../../../domain/index.ts"
import type { KubeObject } from "../../cluster/index.ts"
import { firstCause, readEvents } from "../../diagnosis/index.ts"
import type { Pod } from "../../world/index.ts"
import type { StepContext } from "../step.ts"
import { jobLabel, jobsPath } from "./job.ts"
import { type HookState, isSuspended, stateOf } from "./state.ts"

const pollMs = 1_000
/** A Job controller that says nothing for so long after the Job's own limit says nothing at all. */
const silenceMs = 60_000

/** The result of a Job, its pods as last observed, and why it did not start. */
export interface Watched {
  readonly state: Extract<HookState, { ended: true }>
  readonly pods: readonly Pod[]
}

/** Waits until a Job has ended, however long ago it was created. @throws what the signal says, CLUSTER_UNREACHABLE */
export async function untilEnded(context: StepContext, job: KubeObject, limitMs: number): Promise<Watched> {
  const { api, clock, plan, signal, tools } = context
  const hide = (text: string) => tools.hide(text)
  const path = `${jobsPath(plan.namespace)}/${job.metadata.name}`
  const until = clock.monotonic() + limitMs + silenceMs
  let reported: string | null = null
  let hasRun = false
  for (;;) {
    signal.throwIfAborted()
    const now = await api.get(path)
    if (now === null) return failed([], "its Job was deleted while it ran")
    const pods = await podsOf(context, now)
    const state = stateOf(now, pods)
    hasRun ||= pods.some(({ status }) => status?.phase === "Running")
    // A migration that another client stopped half way must not be reported as one that never began.
    if (state.ended && hasRun && pods.length === 0 && !state.passed)
      return failed(pods, "its pod was deleted while it ran")
    const cause = waitsFor(pods, hide)
    if (cause !== null && cause !== reported) context.say(`${context.id}: waits: ${cause}`)
    reported = cause ?? reported
    if (state.ended) return withCause(context, now, { state, pods }, reported)
    if (clock.monotonic() >= until)
      return failed(pods, isSuspended(now) ? "its Job is suspended" : "its Job does not come to an end")
    await clock.sleep(pollMs)
  }
}

function failed(pods: readonly Pod[], cause: string): Watched {
  return { state: { ended: true, passed: false, judged: false, cause }, pods }
}

/** By the cause observed while it waited: a Job that is over its time deletes its pod. */
async function withCause(
  context: StepContext,
  job: KubeObject,
  { state, pods }: Watched,
  lastCause: string | null,
): Promise<Watched> {
  const hide = (text: string) => context.tools.hide(text)
  if (state.passed) return { state, pods }
  if (state.cause !== null) return { state: { ...state, cause: hide(state.cause) }, pods }
  const why = lastCause ?? (await eventOf(context, job)) ?? "its pod is gone"
  return failed(pods, `it did not start in time: ${why}`)
}

/** Pods that this very Job has created, by owner: any client can set labels. */
async function podsOf({ api, plan }: StepContext, { metadata }: KubeObject): Promise<readonly Pod[]> {
  const pods = await api.list(`/api/v1/namespaces/${plan.namespace}/pods`, `${jobLabel}=${metadata.name}`)
  const own = ({ ownerReferences = [] }: KubeObject["metadata"]) =>
    ownerReferences.some(({ uid }) => uid === metadata.uid)
  return (pods as readonly Pod[]).filter((pod) => own(pod.metadata))
}

/** Why a pod does not start; one that runs, or has ended, waits for nothing. */
function waitsFor(pods: readonly Pod[], hide: (text: string) => string): string | null {
  const waiting = pods.filter(({ status }) => status?.phase === "Pending")
  const cause = firstCause(waiting, [], hide)
  return cause?.startsWith("not ready: ") === true ? null : cause
}

/** Why no pod could be created: a quota, an admission policy. */
async function eventOf(context: StepContext, { metadata }: KubeObject): Promise<string | null> {
  try {
    const events = await readEvents(context.api, context.plan.namespace)
    const own = events.filter(({ involvedObject }) => involvedObject?.uid === metadata.uid)
    return firstCause([], own, (text) => context.tools.hide(text))
  } catch (error) {
    // Without the right to see events the cause is not known, and that is all.
    if (error instanceof SignalboxError && error.code === "CLUSTER_REFUSED") return null
    throw error
  }
}
