import type { NoVerdict, ReleaseDigests } from "../../domain/index.ts"

/**
 * What our own steps act through: Helm and the tests. The driver's are real, those of the unit tests do what a version's
 * name says. Each throws CLUSTER_UNREACHABLE when the API server went away: then nothing is decided.
 */
export interface StepTools {
  rollOut(timeoutMs: number, signal: AbortSignal): Promise<StepResult>
  /** Null revision: from the chart and values stored when the set was verified. */
  returnTo(
    set: ReleaseDigests,
    revision: number | null,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<StepResult>
  /** @param report file that the result is written to. */
  smoke(
    set: ReleaseDigests,
    report: "smoke.json" | "smoke-after-rollback.json",
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<StepResult>
  load(set: ReleaseDigests, timeoutMs: number, signal: AbortSignal): Promise<StepResult>
  /**
   * Deletes objects that only revisions without completion created, while this set runs. Returns what to add to a note.
   */
  removeOrphans(set: ReleaseDigests): Promise<string>
  /** Removes this release's Services and Ingresses but for those to keep (`Kind/name`): what served before goes on. */
  outOfTraffic(keep: readonly string[]): Promise<StepResult>
  /**
   * Stores a program's log with this call's output, without the secrets that are known and those of the namespace.
   * @returns the stored text; null where those Secrets cannot be read: the log may hold their values.
   */
  storeLog(file: string, text: string): Promise<string | null>
  /** A text that Kubernetes or a program has written, without the secrets that are known. */
  hide(text: string): string
  /** Stores chart, values and smoke test of a set by digest, so that it can be restored without Helm's history. */
  saveBundle(set: ReleaseDigests): Promise<void>
}

/** The result of a step. `cause` is the first cause in one line. */
export type StepResult =
  | { readonly ok: true; readonly note: string }
  | {
      readonly ok: false
      readonly cause: string
      /** The API server's own refusal: nothing that pods say explains it better. */
      readonly explained?: boolean
      /** Nothing was changed: there is nothing to go back from. */
      readonly untouched?: boolean
      /** It has judged, and failed: where nothing was changed the operation ends as a failed test does, else as ever. */
      readonly judged?: boolean
      /** It says nothing against the release, which is not held for it. */
      readonly unjudged?: boolean
      /** The test gave no verdict: nothing is held and nothing is removed for it. */
      readonly noVerdict?: NoVerdict
      /** Without a verdict the release stays, unverified, as its plan says. */
      readonly stays?: boolean
    }
