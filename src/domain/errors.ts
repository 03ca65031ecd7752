import { ExitCode } from "./exit-codes.ts"
import { continued } from "./visible.ts"

/** A failure for its reader: what happened, where, why, and what to do next. */
export interface ErrorDetail {
  /** One sentence, no trailing period needed: what is wrong. */
  readonly what: string
  /** Where: `file:line:column`, an environment, a component, an image reference. */
  readonly where?: string
  /** Why, with the actual value and what was expected. */
  readonly why?: string
  /** The next thing a person should do. */
  readonly next?: string
  /** Facts for machines; never a secret. */
  readonly context?: Readonly<Record<string, string | number | boolean>>
}

/** Stable codes, each with the exit code it ends in. A code is never renamed or reused. */
export const errorCodes = {
  CONFIG_INVALID: ExitCode.usage,
  CONFIG_MISSING: ExitCode.usage,
  USAGE: ExitCode.usage,
  UNKNOWN_COMPONENT: ExitCode.usage,
  UNKNOWN_ENVIRONMENT: ExitCode.usage,
  SECRET_MISSING: ExitCode.usage,
  KUBECONFIG_REFUSED: ExitCode.usage,
  SHALLOW_CLONE: ExitCode.usage,
  HISTORY_INCOMPLETE: ExitCode.usage,
  SOURCE_INCOMPLETE: ExitCode.usage,
  GATE_FAILED: ExitCode.failed,
  SMOKE_FAILED: ExitCode.failed,
  LOAD_FAILED: ExitCode.failed,
  STEP_FAILED: ExitCode.failed,
  GATE_ERROR: ExitCode.error,
  REPORT_PARTIAL: ExitCode.error,
  TOOL_FAILED: ExitCode.error,
  OUTPUT_UNREADABLE: ExitCode.error,
  CLUSTER_UNREACHABLE: ExitCode.error,
  CLUSTER_REFUSED: ExitCode.error,
  REGISTRY_UNREACHABLE: ExitCode.error,
  DATABASE_MISSING: ExitCode.error,
  SERVER_UNREACHABLE: ExitCode.error,
  SERVER_NOT_READY: ExitCode.error,
  SERVER_REFUSED: ExitCode.error,
  ANALYSIS_FAILED: ExitCode.error,
  ANALYSIS_TIMED_OUT: ExitCode.error,
  STATE_DAMAGED: ExitCode.error,
  STATE_NEWER: ExitCode.error,
  INCONCLUSIVE: ExitCode.inconclusive,
  LOCKED: ExitCode.locked,
  LOCK_LOST: ExitCode.locked,
  ROLLED_BACK: ExitCode.rolledBack,
  POLICY_REFUSED: ExitCode.refused,
  DIGEST_HELD: ExitCode.refused,
  EVIDENCE_MISSING: ExitCode.refused,
  PLAN_STALE: ExitCode.refused,
  RECORD_CONFLICT: ExitCode.refused,
  APPROVERS_MISSING: ExitCode.refused,
  OVERRIDE_REFUSED: ExitCode.refused,
  APPROVAL_REQUIRED: ExitCode.approval,
  ROLLBACK_FAILED: ExitCode.person,
  NOTHING_VERIFIED: ExitCode.person,
  STATE_INCOMPLETE: ExitCode.person,
  INTERNAL: ExitCode.error,
} as const

export type ErrorCode = keyof typeof errorCodes

/** The one error class of the library. Only the call's exit turns it into text and an exit code. */
export class SignalboxError extends Error {
  readonly code: ErrorCode
  readonly detail: ErrorDetail

  constructor(code: ErrorCode, detail: ErrorDetail, options?: { cause?: unknown }) {
    super(describe(code, detail), options)
    this.name = "SignalboxError"
    this.code = code
    this.detail = detail
  }

  get exitCode(): ExitCode {
    return errorCodes[this.code]
  }
}

/** `CODE: what` and, on lines of their own, where, why and next. The form printed at the call's exit, and of a warning. */
export function describe(code: ErrorCode | "warning", detail: ErrorDetail): string {
  const lines = [`${code}: ${continued(detail.what)}`]
  if (detail.where !== undefined) lines.push(`  where: ${continued(detail.where)}`)
  if (detail.why !== undefined) lines.push(`  why:   ${continued(detail.why)}`)
  if (detail.next !== undefined) lines.push(`  next:  ${continued(detail.next)}`)
  return lines.join("\n")
}

/** Any thrown value as a SignalboxError; an unforeseen one is INTERNAL, and never dropped. */
export function asSignalboxError(thrown: unknown, code: ErrorCode = "INTERNAL"): SignalboxError {
  if (thrown instanceof SignalboxError) return thrown
  const what = thrown instanceof Error ? thrown.message : String(thrown)
  return new SignalboxError(code, { what }, { cause: thrown })
}
