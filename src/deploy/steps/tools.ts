import type { DeployedSet } from "../../domain/index.ts"
import { completeRevision } from "../world/index.ts"
import type { StepContext, StepFacts, StepResult } from "./step.ts"

/**
 * What our own steps act through: Helm and the tests. The driver's are real, those of the unit tests do what a version's
 * name says. Each throws CLUSTER_UNREACHABLE when the API server went away: then nothing is decided.
 */
export interface StepTools {
  rollOut(timeoutMs: number, signal: AbortSignal): Promise<StepResult>
  /** Null revision: from the chart and values kept when the set was verified. */
  returnTo(
    set: DeployedSet,
    revision: number | null,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<StepResult>
  /** @param report file that the result is written to. */
  smoke(
    set: DeployedSet,
    report: "smoke.json" | "smoke-after-rollback.json",
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<StepResult>
  load(set: DeployedSet, timeoutMs: number, signal: AbortSignal): Promise<StepResult>
  /** Deletes what only revisions that never completed had made, while this set runs. Returns what to add to a note. */
  removeOrphans(set: DeployedSet): Promise<string>
  /** Removes this release's Services and Ingresses but for those to keep (`Kind/name`): what served before goes on. */
  outOfTraffic(keep: readonly string[]): Promise<StepResult>
  /** Keeps chart, values and smoke test of a set by digest, so that it can be returned to without Helm's history. */
  keep(set: DeployedSet): Promise<void>
}

/** Back to a verified set: by Helm's revision where it is still there, else from the kept chart and values. */
export function bringBack(
  { world, settings, tools, signal }: StepContext,
  set: DeployedSet,
): Promise<StepResult> {
  return tools.returnTo(set, completeRevision(world, set), settings.timeouts.rollback, signal)
}

/** The same in words. */
export function announceBack({ world }: StepFacts, set: DeployedSet): string {
  const revision = completeRevision(world, set)
  return revision === null
    ? `back to ${set.version} from its kept chart and values`
    : `back to ${set.version}, Helm revision ${revision}`
}

/** Seconds of a time limit, as plans show it. */
export function seconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
