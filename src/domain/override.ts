import { SignalboxError } from "./errors.ts"
import { nearest } from "./nearest.ts"

/**
 * Rules that an outage may have to set aside: each refuses a release for want of evidence about it. None of them is about
 * what is deployed, from which commit, by whose key or over what runs now.
 */
export const overrideRules = [
  "approvals",
  "database-age",
  "gate-missing",
  "gate-verdict",
  "promotion",
  "signed-verification",
  "waiver-expired",
] as const
export type OverrideRule = (typeof overrideRules)[number]

/** Rules that an operation set aside, as journal, ledger and statement have it. */
export interface Override {
  /** Those that would have refused it; a newer version may know of others. */
  readonly rules: readonly string[]
  readonly reason: string
  /** RFC 3339 date-time after which its verification allows no promotion. */
  readonly until: string
}

/** What a call asks for. */
export interface RequestedOverride {
  readonly rules: readonly OverrideRule[]
  readonly reason: string
  /** RFC 3339 date-time; null: as long as the policy allows. */
  readonly until: string | null
}

/**
 * Reads the arguments `--override`, `--reason` and `--override-until`; null where nothing is overridden.
 * @throws USAGE for an unknown rule, a missing reason, a time that is none or has passed, and a reason without an override
 */
export function requestedOverride(
  {
    override = [],
    reason,
    overrideUntil,
  }: {
    readonly override?: readonly string[] | undefined
    readonly reason?: string | undefined
    readonly overrideUntil?: string | undefined
  },
  now: Date,
): RequestedOverride | null {
  const why = (reason ?? "").trim()
  if (override.length === 0) {
    if (reason === undefined && overrideUntil === undefined) return null
    throw usage("a reason and a time are for an override, and none is named", "add --override RULE")
  }
  const rules = [...new Set(override.map(ruleNamed))].sort()
  if (why === "") throw usage("an override needs a reason", "add --reason TEXT: it is in every report")
  return {
    rules,
    reason: why.slice(0, 300),
    until: overrideUntil === undefined ? null : timeOf(overrideUntil, now),
  }
}

function ruleNamed(text: string): OverrideRule {
  const found = overrideRules.find((rule) => rule === text)
  if (found !== undefined) return found
  const suggestion = nearest(text, overrideRules)
  throw new SignalboxError("USAGE", {
    what: `${JSON.stringify(text)} is no rule that can be overridden`,
    where: "--override",
    why: `those are ${overrideRules.join(", ")}`,
    next: suggestion === undefined ? "name one of them" : `did you mean ${JSON.stringify(suggestion)}?`,
  })
}

function timeOf(text: string, now: Date): string {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text)
    ? new Date(text)
    : new Date(Number.NaN)
  if (time > now) return time.toISOString()
  const what = Number.isNaN(time.getTime())
    ? `${JSON.stringify(text)} is no time`
    : "the override would have ended"
  throw usage(what, "name a time to come, such as 2026-03-01T18:00:00Z", "--override-until")
}

function usage(what: string, next: string, where = "--override"): SignalboxError {
  return new SignalboxError("USAGE", { what, where, next })
}

/** Whether what rests on an override is asked for with the same one, or rests on none. */
export function isCovered(
  override: Pick<Override, "rules"> | undefined,
  asked: Pick<RequestedOverride, "rules"> | null,
): boolean {
  if (override === undefined) return true
  if (asked === null) return false
  return override.rules.every((rule) => asked.rules.some((one) => one === rule))
}

/** One line for terminals and reports. Evidence of others may have anything in its place. */
export function overrideText({ rules, reason, until }: Override): string {
  return `OVERRIDE of ${[rules].flat().join(", ")} until ${until}: ${reason}`
}
