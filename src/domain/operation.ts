import type { Digest } from "./digest.ts"
import type { ErrorDetail } from "./errors.ts"
import type { LedgerEntry, OperationKind, StepState } from "./state.ts"
import type { Verdict } from "./verdict.ts"

/**
 * What one acting call did to an environment: `operation.json` in the driver's output directory, also of a failed call.
 * Beside it, where they apply: `plan.json`, `plan.md`, `status.json`, `ledger.json`, `journal.json`, `recorded.json`, `smoke.json`,
 * `load.json`, `k6.log`, `hook-NAME.log`, `diagnosis/`, `summary.txt` (for people; also printed), `events.ndjson` (the
 * same for programs), `error.json` (why the exit code is not 0).
 */
export interface OperationReport {
  readonly schemaVersion: 1
  /** The command: `run`, `rollback`, `hold`, `smoke`… */
  readonly command: string
  readonly environment: string
  readonly namespace: string
  /** Id of the operation; of the one before, where this call finished it. */
  readonly operation: string
  /** Id of this call, under which its evidence is stored. Not `operation` where this call finished an earlier one. */
  readonly call: string
  readonly kind: OperationKind | null
  readonly planHash: Digest | null
  readonly fence: number | null
  /** Every operation up to this fencing number had ended when `ledger.json` was read: the ledger has their holds. */
  readonly known: number | null
  readonly exitCode: number
  readonly outcome: OperationOutcome
  /** First cause of a failure in one line. */
  readonly cause: string | null
  readonly error: { readonly code: string; readonly detail: ErrorDetail } | null
  /** RFC 3339 date-times. */
  readonly started: string
  readonly ended: string
  readonly before: RunningSet | null
  readonly after: RunningSet | null
  readonly steps: readonly OperationStep[]
  /** Files in the same directory as the report. */
  readonly files: readonly string[]
}

export type OperationOutcome =
  | "done"
  | "verified"
  | "rolled-back"
  | "failed"
  | "inconclusive"
  | "refused"
  | "person-needed"

export interface OperationStep {
  readonly id: string
  readonly title: string
  readonly state: StepState
  readonly seconds: number
  readonly note: string | null
}

/** What runs, as the cluster reports it. */
export interface RunningSet {
  /** Helm revision and its status; 0 and "none" where there is no release. */
  readonly revision: number
  readonly status: string
  /** component -> digests of the images that its pods report. */
  readonly images: Readonly<Record<string, readonly string[]>>
  readonly ready: boolean
}

/** All smoke tests of one run. */
export interface SmokeSummary {
  readonly verdict: Verdict
  readonly cases: readonly {
    readonly name: string
    readonly passed: boolean
    readonly seconds: number
    /** Why it failed. */
    readonly message?: string
  }[]
}

/** One load profile's run, held against the environment's objectives. */
export interface LoadSummary {
  readonly verdict: Verdict
  readonly profile: string
  readonly requests: number
  /** Share of failed requests, 0 to 1. */
  readonly errorRate: number
  readonly p95Ms: number
  readonly seconds: number
  readonly objectives: readonly {
    /** For a person: `p95 <= 500 ms`. */
    readonly name: string
    readonly passed: boolean
    /** The value measured, with its unit. */
    readonly measured: string
  }[]
}

/** Why an operation failed: gathered before anything is taken back. */
export interface Diagnosis {
  /** First cause in one line. */
  readonly cause: string
  readonly pods: readonly { readonly name: string; readonly state: string; readonly restarts: number }[]
  /** Newest last. */
  readonly events: readonly string[]
  /** Last lines by file name: `POD-CONTAINER.log`. */
  readonly logs: Readonly<Record<string, string>>
}

/** One operation with everything that a report shows of it. */
export interface OperationEvidence {
  readonly report: OperationReport
  /** The line that the operation added to the environment's history. */
  readonly entry?: LedgerEntry
  readonly smoke?: SmokeSummary
  readonly load?: LoadSummary
  readonly diagnosis?: Diagnosis
  /** Files in the same directory as the report that could not be read. */
  readonly unreadable?: readonly string[]
}
