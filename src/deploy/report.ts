import type { Digest, ErrorCode, ErrorDetail, ExitCode, OperationKind, StepState } from "../domain/index.ts"
import type { DriverCommand } from "./request.ts"

/**
 * `operation.json` in the driver's output directory: one per call, also of a failed one. Beside it, where they apply:
 * `plan.json`, `plan.md`, `status.json`, `ledger.json`, `journal.json`, `smoke.json`, `load.json`, `k6-summary.json`,
 * `diagnosis/`, `summary.txt` (for people; also printed).
 */
export interface OperationReport {
  readonly schemaVersion: 1
  readonly command: DriverCommand
  readonly environment: string
  readonly namespace: string
  /** Id of the operation; of the one before, where this call finished it. */
  readonly operation: string
  /** Id of this call, as the request gave it. */
  readonly call: string
  readonly kind: OperationKind | null
  readonly planHash: Digest | null
  readonly fence: number | null
  readonly exitCode: ExitCode
  readonly outcome: "done" | "verified" | "rolled-back" | "failed" | "refused" | "person-needed"
  /** First cause of a failure in one line. */
  readonly cause: string | null
  readonly error: { readonly code: ErrorCode; readonly detail: ErrorDetail } | null
  /** RFC 3339 date-times. */
  readonly started: string
  readonly ended: string
  readonly before: Running | null
  readonly after: Running | null
  readonly steps: readonly ReportedStep[]
  /** Files of the output directory. */
  readonly files: readonly string[]
}

export interface ReportedStep {
  readonly id: string
  readonly title: string
  readonly state: StepState
  readonly seconds: number
  readonly note: string | null
}

/** What runs: read from the cluster, not from our own record. */
export interface Running {
  /** Helm revision and its status; 0 and "none" when there is no release. */
  readonly revision: number
  readonly status: string
  /** component -> digest of the images that its pods report. */
  readonly images: Readonly<Record<string, readonly string[]>>
  readonly ready: boolean
}

/** `status.json` of `observe`. */
export interface StatusReport {
  readonly schemaVersion: 1
  readonly environment: string
  readonly namespace: string
  readonly cluster: string
  readonly running: Running
  /** Version, digests and verification of the newest ledger entry that runs; null when nothing was deployed by us. */
  readonly current: {
    readonly version: string
    readonly record: Digest
    readonly images: Readonly<Record<string, Digest>>
    readonly since: string
    readonly by: string
    readonly verified: boolean
    readonly verificationExpires: string | null
  } | null
  readonly lock: { readonly holder: string; readonly fence: number } | null
  /** Operation that was not finished; the next acting call does that first. */
  readonly interrupted: {
    readonly operation: string
    readonly phase: string
    readonly step: string | null
  } | null
  readonly holds: readonly { readonly version: string; readonly reason: string; readonly since: string }[]
  readonly history: readonly {
    readonly sequence: number
    readonly at: string
    readonly by: string
    readonly kind: OperationKind
    readonly version: string
    readonly revision: number
    readonly outcome: string
    readonly reason: string | null
  }[]
}
