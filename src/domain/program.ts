import { type ErrorCode, type ErrorDetail, SignalboxError } from "./errors.ts"
import type { StepState } from "./state.ts"

/**
 * Why one of our programs ended with another exit code than 0: `error.json` in its output directory. The same is
 * printed for people; who called the program reads this.
 */
export interface ProgramError {
  readonly schemaVersion: 1
  readonly code: ErrorCode
  readonly detail: ErrorDetail
  /** Message of the cause; null where there is no cause, or its message may contain a secret. */
  readonly cause: string | null
}

/** File name of a ProgramError. */
export const errorFile = "error.json"

/**
 * An error as a program reports it to its caller.
 * @param hide redacts secrets in a text. Default: the cause is left out, because its text has not been redacted.
 */
export function programError(error: SignalboxError, hide?: (text: string) => string): ProgramError {
  const { cause } = error
  const words = cause === undefined || hide === undefined ? null : hide(wordsOf(cause))
  const detail = hide === undefined ? error.detail : hiddenDetail(error.detail, hide)
  return { schemaVersion: 1, code: error.code, detail, cause: words }
}

/** The texts of an error without secrets. */
export function hiddenDetail(detail: ErrorDetail, hide: (text: string) => string): ErrorDetail {
  const { what, where, why, next } = detail
  return {
    ...detail,
    what: hide(what),
    ...(where === undefined ? {} : { where: hide(where) }),
    ...(why === undefined ? {} : { why: hide(why) }),
    ...(next === undefined ? {} : { next: hide(next) }),
  }
}

/** The error that a program reported, as an error of this process. */
export function errorOfProgram({ code, detail, cause }: ProgramError): SignalboxError {
  return new SignalboxError(code, detail, cause === null ? {} : { cause: new Error(cause) })
}

function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const own = `${cause.name}: ${cause.message}`
  return cause.cause === undefined ? own : `${own}; caused by ${wordsOf(cause.cause)}`
}

/** One thing that happened while a program ran: a line of `events.ndjson` in its output directory. */
export type ProgressEvent =
  | {
      readonly event: "begun"
      readonly command: string
      readonly environment: string
      /** Id of the call. */
      readonly call: string
    }
  | StepEvent
  | { readonly event: "note"; readonly text: string }
  | { readonly event: "warning"; readonly text: string }
  | {
      readonly event: "ended"
      readonly exitCode: number
      readonly outcome: string
      readonly error: { readonly code: ErrorCode; readonly what: string } | null
    }

/** A step of an operation, as it begins and as it ends; one that had nothing to do only ends. */
export type StepEvent =
  | { readonly event: "step-begun"; readonly step: string; readonly text: string }
  | {
      readonly event: "step-ended"
      readonly step: string
      readonly state: Exclude<StepState, "pending" | "running">
      readonly text: string
    }

/** File name of the events of a program: one JSON object a line, each with `at`, an RFC 3339 date-time. */
export const eventsFile = "events.ndjson"

/** An event as a line for people; null for one that adds nothing to the lines before. */
export function eventLine(event: ProgressEvent): string | null {
  switch (event.event) {
    case "begun":
      return null
    case "step-begun":
      return `${event.step}: ${event.text}`
    case "step-ended":
      return event.state === "done" ? `${event.step}: ${event.text}` : `${event.step}: failed: ${event.text}`
    case "note":
      return event.text
    case "warning":
      return `warning: ${event.text}`
    case "ended":
      return event.error === null ? event.outcome : `${event.error.code}: ${event.error.what}`
  }
}
