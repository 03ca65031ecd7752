import { type ErrorDetail, SignalboxError } from "./errors.ts"

/** Rules by which evidence is refused. A refusal names its rule, so that people can look it up in docs/evidence.md. */
export const evidenceRules = [
  "future-date",
  "gate-report",
  "judged-digest",
  "protected-branch",
  "record-commit",
  "record-files",
  "record-project",
  "record-tag",
  "signed-record",
  "signed-verification",
  "verification-cluster",
  "verification-revoked",
] as const
export type EvidenceRule = (typeof evidenceRules)[number]

/** A refusal (16) by a rule: the rule's name stands before the reason, and in the context for programs. */
export function refusedByRule(
  rule: EvidenceRule,
  { why, context, ...detail }: ErrorDetail & { readonly why: string },
): SignalboxError {
  return new SignalboxError("EVIDENCE_MISSING", {
    ...detail,
    why: `rule ${rule}: ${why}`,
    context: { ...context, rule },
  })
}

/** Clocks of machines that synchronize them differ by less. */
const clockDifferenceMs = 5 * 60_000

/** Whether a date lies in the future, beyond what two clocks may differ by; also where it is no date. */
export function isFuture(date: string, now: string): boolean {
  return !(Date.parse(date) <= Date.parse(now) + clockDifferenceMs)
}
