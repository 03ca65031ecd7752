import { SignalboxError } from "../../../domain/index.ts"
import type { KubeObject } from "../../cluster/index.ts"
import type { StepContext } from "../step.ts"
import { jobsPath, operationOf } from "./job.ts"
import { hasEnded, isSuspended } from "./state.ts"

const pollMs = 1_000

/**
 * Waits for hooks that still run: one of an operation that was cut off and replaced goes on in the cluster, and two
 * migrations must not meet. Those of former operations that have ended, or are suspended, are removed: nobody waits for a
 * program that does not run, and none may go on later beside another one.
 * @param own name of the Job that is not waited for.
 * @returns which one still runs after all of the time; null: none.
 */
export async function afterFormer(
  context: StepContext,
  own: string,
  limitMs: number,
): Promise<string | null> {
  const { clock, id, say, signal } = context
  const until = clock.monotonic() + limitMs
  let reported = false
  for (;;) {
    signal.throwIfAborted()
    const others = (await ourJobs(context)).filter(({ metadata }) => metadata.name !== own)
    const running = others.find((job) => !hasEnded(job) && !isSuspended(job))
    if (running === undefined) {
      await removeEnded(context, others)
      return null
    }
    const which = `${running.metadata.name} of operation ${operationOf(running)} still runs`
    if (clock.monotonic() >= until) return which
    if (!reported) say(`${id}: waits: ${which}`)
    reported = true
    await clock.sleep(pollMs)
  }
}

async function ourJobs({ api, plan }: StepContext): Promise<readonly KubeObject[]> {
  const all = await api.list(jobsPath(plan.namespace), "app.kubernetes.io/managed-by=signalbox")
  return all.filter((job) => operationOf(job) !== undefined && hasTimeLimit(job))
}

/** Every Job of ours has one. What has none was made, or changed, by others, and could be waited for without an end. */
function hasTimeLimit({ spec }: KubeObject): boolean {
  return (
    typeof (spec as { readonly activeDeadlineSeconds?: number } | undefined)?.activeDeadlineSeconds ===
    "number"
  )
}

/** Without the right to delete, they go by themselves some days later. */
async function removeEnded(context: StepContext, jobs: readonly KubeObject[]): Promise<void> {
  const { api, operation, plan } = context
  try {
    // The API server deletes the Job's pods only with a propagation policy.
    for (const job of jobs.filter((one) => operationOf(one) !== operation))
      await api.remove(`${jobsPath(plan.namespace)}/${job.metadata.name}?propagationPolicy=Background`)
  } catch (error) {
    if (!(error instanceof SignalboxError) || error.code !== "CLUSTER_REFUSED") throw error
    context.say(
      `${context.id}: Jobs of former operations stay until their time is over: ${error.detail.what}`,
    )
  }
}
