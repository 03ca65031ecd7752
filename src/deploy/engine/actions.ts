import type { DeployedSet, NoVerdict } from "../../domain/index.ts"

/** What a step came to. `cause` is the first cause in one line. */
export type StepResult =
  | { readonly ok: true; readonly note: string }
  | {
      readonly ok: false
      readonly cause: string
      /** Nothing was changed: there is nothing to go back from. */
      readonly untouched?: boolean
      /** It says nothing against the release, which is not held for it. */
      readonly unjudged?: boolean
      /** The test gave no verdict: nothing is held and nothing is removed for it. */
      readonly noVerdict?: NoVerdict
    }

/**
 * The changes a deployment consists of. Each throws CLUSTER_UNREACHABLE when the API server went away: then nothing is
 * decided, and the next run goes on from the journal.
 */
export interface Actions {
  settle(revision: number): Promise<void>
  rollOut(timeoutMs: number, signal: AbortSignal): Promise<StepResult>
  /** Null revision: from the chart and values kept when the set was verified. */
  returnTo(
    set: DeployedSet,
    revision: number | null,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<StepResult>
  /** `smoke` on the way forward, `prove` after a return. */
  smoke(
    set: DeployedSet,
    step: "smoke" | "prove",
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
  /**
   * Pods, events and logs into the report. Returns the first cause in one line, where one is seen.
   * @param baseRevision newest revision before the operation: events from before its own are none of its causes.
   */
  diagnose(baseRevision: number): Promise<string | null>
}
