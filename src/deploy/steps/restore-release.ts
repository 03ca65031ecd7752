import type { Duration, ReleaseDigests } from "../../domain/index.ts"
import { completeRevision } from "../world/index.ts"
import type { StepContext, StepFacts } from "./step.ts"
import type { StepResult } from "./tools.ts"

/** Restores a verified set: by Helm's revision where it is still there, else from the stored chart and values. */
export function restoreRelease(
  { world, settings, tools, signal }: StepContext,
  set: ReleaseDigests,
): Promise<StepResult> {
  return tools.returnTo(set, completeRevision(world, set), settings.timeouts.rollback.ms, signal)
}

/** The same in words. */
export function announceRestore({ world }: StepFacts, set: ReleaseDigests): string {
  const revision = completeRevision(world, set)
  return revision === null
    ? `back to ${set.version} from its kept chart and values`
    : `back to ${set.version}, Helm revision ${revision}`
}

/** Seconds of a time limit, as plans show it. */
export function seconds({ ms }: Duration): number {
  return Math.ceil(ms / 1000)
}
