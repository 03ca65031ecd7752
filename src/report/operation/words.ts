import {
  type OperationEvidence,
  type OperationOutcome,
  type OperationReport,
  type Override,
  overrideText,
  type StepState,
} from "../../domain/index.ts"
import { count, figure } from "../words.ts"

export const outcomeMarks: Readonly<Record<OperationOutcome, string>> = {
  done: "✓",
  verified: "✓",
  "rolled-back": "↩",
  failed: "✗",
  inconclusive: "?",
  refused: "✗",
  "person-needed": "!",
}

export const stepMarks: Readonly<Record<StepState, string>> = {
  done: "✓",
  failed: "✗",
  inconclusive: "?",
  running: "…",
  pending: " ",
}

/** The operation in words: `promote to production`. */
export function titleOf(report: OperationReport): string {
  const what = report.kind ?? report.command
  const preposition = what === "rollback" || what === "smoke" || what === "load" ? "of" : "to"
  return `${what} ${preposition} ${report.environment}`
}

/** The facts at the top of a report, as term and plain text. */
export function factsOf({ report, entry }: OperationEvidence): readonly (readonly [string, string])[] {
  const optional: readonly (readonly [string, string | number | null | undefined])[] = [
    ["Outcome", `${report.outcome}, exit code ${report.exitCode}`],
    ["Version", entry?.set.version],
    ["By", entry?.by],
    ["Approved by", namesIn(entry?.approvedBy)],
    ["Operation", report.operation],
    ["Namespace", report.namespace],
    ["Fencing number", report.fence],
    ["Plan", report.planHash],
    ["Started", report.started],
    ["Ended", report.ended],
  ]
  return optional.flatMap(([term, value]) =>
    value === null || value === undefined || value === "" ? [] : [[term, String(value)] as const],
  )
}

/** The rules that an operation set aside, in one line; undefined where it set none aside. */
export function overrideOf({ entry }: OperationEvidence): string | undefined {
  const override: unknown = entry?.override
  return typeof override === "object" && override !== null ? overrideText(override as Override) : undefined
}

/** The report is made of evidence that others may write: a list of names may be anything. */
function namesIn(names: unknown): string | undefined {
  return Array.isArray(names) ? names.map(String).join(", ") : undefined
}

/** One row per component: the images that ran before and after. */
export function imageRows(report: OperationReport): readonly (readonly [string, string, string])[] {
  const before = report.before?.images ?? {}
  const after = report.after?.images ?? {}
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.map((name) => [
    name,
    (before[name] ?? []).join(", ") || "–",
    (after[name] ?? []).join(", ") || "–",
  ])
}

export function loadSummaryText({ load }: OperationEvidence): string | undefined {
  if (load === undefined) return undefined
  const errors = `${figure(load.errorRate * 100)} % errors`
  return `profile ${load.profile}: ${count(load.requests, "request")} in ${figure(load.seconds)} s, ${errors}, p95 ${figure(load.p95Ms)} ms`
}
