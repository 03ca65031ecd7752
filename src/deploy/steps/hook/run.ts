import { SignalboxError } from "../../../domain/index.ts"
import { ConflictError, type KubeObject } from "../../cluster/index.ts"
import type { StepContext } from "../step.ts"
import type { StepResult } from "../tools.ts"
import { type Hook, hookOf } from "./details.ts"
import { afterFormer } from "./former.ts"
import { jobName, jobOf, jobsPath, longestSeconds, type Owner, operationOf, runsSame } from "./job.ts"
import { storeHookLog } from "./log.ts"
import { untilEnded, type Watched } from "./watch.ts"

/**
 * Runs a hook to its end: finds its Job, or makes it, and waits. A driver that comes after one that was killed finds the
 * same Job, because its name follows from operation and hook: it waits for that one, and none is run twice.
 */
export async function runHook(context: StepContext): Promise<StepResult> {
  const planned = context.plan.steps.find(({ id }) => id === context.id)
  if (planned === undefined) throw new SignalboxError("INTERNAL", { what: `the plan has no ${context.id}` })
  const hook = hookOf(planned)
  try {
    const began = context.clock.monotonic()
    const busy = await afterFormer(context, jobName(hook, ownerOf(context, hook)), hook.timeout.ms)
    if (busy !== null) return notJudged(hook, busy)
    const job = await findOrMake(context, hook)
    const watched = await untilEnded(context, job, longestSeconds(hook) * 1000)
    const log = await storeHookLog(context, hook, watched)
    return resultOf(hook, watched, log, Math.round((context.clock.monotonic() - began) / 1000))
  } catch (error) {
    // A quota, a policy, a right that is missing: to throw it would end every later call at the same place.
    if (!(error instanceof SignalboxError) || error.code !== "CLUSTER_REFUSED") throw error
    return notJudged(hook, context.tools.hide(`${error.detail.what}: ${error.detail.why ?? ""}`))
  }
}

function ownerOf({ operation, plan, world }: StepContext, { before }: Hook): Owner {
  const running = world.revisions.findLast(({ manifests }) => manifests === plan.target.manifests)
  const revision = before === undefined ? ((running ?? world.current)?.revision ?? 0) : null
  return { operation, environment: plan.environment, version: plan.target.version, revision }
}

async function findOrMake(context: StepContext, hook: Hook): Promise<KubeObject> {
  const { api, plan, operation, signal } = context
  const job = jobOf(hook, ownerOf(context, hook), plan.namespace)
  const path = `${jobsPath(plan.namespace)}/${job.metadata.name}`
  const there = (await api.get(path)) ?? (await make())
  const isOurs = operationOf(there) === operation
  if (isOurs && runsSame(there, job)) return there
  throw new SignalboxError("CLUSTER_REFUSED", {
    what: `there is another Job of the name ${job.metadata.name}`,
    why: isOurs ? "it does not run what the plan says" : "it was not made by this operation",
  })

  async function make(): Promise<KubeObject> {
    signal.throwIfAborted()
    try {
      return await api.create(jobsPath(plan.namespace), job)
    } catch (error) {
      // Its own request, of which the answer was lost, came first.
      const found = error instanceof ConflictError ? await api.get(path) : null
      if (found === null) throw error
      return found
    }
  }
}

function resultOf(hook: Hook, { state }: Watched, lastWords: string, seconds: number): StepResult {
  if (state.passed) return { ok: true, note: `hook ${hook.name}: exit code 0 after ${seconds} s` }
  const cause = `hook ${hook.name}: ${state.cause ?? "unknown"}`
  if (!state.judged) return notJudged(hook, state.cause ?? "unknown")
  const said = lastWords === "" ? cause : `${cause}: ${lastWords}`
  return { ok: false, cause: said, judged: true, untouched: isBefore(hook) }
}

/** It says nothing against the release. Before the roll-out, nothing was changed of it either. */
function notJudged(hook: Hook, why: string): StepResult {
  return { ok: false, cause: `hook ${hook.name}: ${why}`, unjudged: true, untouched: isBefore(hook) }
}

function isBefore({ before }: Hook): boolean {
  return before !== undefined
}
