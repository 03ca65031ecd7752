import type { Digest } from "./digest.ts"
import { type Finding, fingerprint } from "./finding.ts"
import { isFullDate } from "./full-date.ts"
import type { StaleWaiver, WaiverUse } from "./gate-result.ts"

/** The acceptance of one finding until a date: who decided, why, and until when. */
export interface Waiver {
  readonly id: string
  /** The identity of the finding, exactly: no patterns. */
  readonly gate: string
  readonly rule: string
  /** Path of the finding; absent for findings that name no file. */
  readonly file?: string | undefined
  readonly subject: string
  readonly reason: string
  readonly owner: string
  /** RFC 3339 full-date; the waiver holds through that day (UTC). */
  readonly expires: string
  /** The tool is wrong, and there is no risk to accept: it may hold longer. Default: false. */
  readonly falsePositive?: boolean | undefined
  /**
   * The number that is accepted, where the finding is a number beyond a limit: coverage of at least so many percent, an
   * image of at most so many MB. Without it, such a finding is not waived.
   */
  readonly accepts?: number | undefined
}

/** The longest terms of waivers, in milliseconds from the day of the judgement. */
export interface WaiverTerms {
  /** Of a risk that is accepted. */
  readonly acceptedRisk: number
  /** Of a finding that is none. */
  readonly falsePositive: number
}

const day = 86_400_000

/** 90 days for an accepted risk, 365 for a false positive. */
export const defaultTerms: WaiverTerms = { acceptedRisk: 90 * day, falsePositive: 365 * day }

export interface WaivedFinding {
  readonly finding: Finding
  readonly waiver: WaiverUse
}

export interface Waived {
  /** Findings that count. */
  readonly remaining: readonly Finding[]
  readonly waived: readonly WaivedFinding[]
  /** Waivers to remove or correct: unused ones match nothing, all others let nothing through. */
  readonly stale: readonly StaleWaiver[]
}

/** The identity of the one finding that a waiver lets through: equal to `fingerprint(finding)`. */
export function waiverFingerprint(waiver: Waiver): Digest {
  return fingerprint({
    gate: waiver.gate,
    rule: waiver.rule,
    subject: waiver.subject,
    severity: "info",
    message: "",
    ...(waiver.file === undefined ? {} : { location: { file: waiver.file } }),
  })
}

/** Whether a waiver does not hold on a day any more. What is no full-date ends nothing, so that nothing may rest on it. */
export function isExpired({ expires }: Pick<Waiver, "expires">, date: string): boolean {
  return !isFullDate(expires) || date.slice(0, 10) > expires
}

/**
 * Takes the waived findings out. A finding that occurs on several lines is one identity and is waived as one.
 * @param date RFC 3339 date of the judgement; an input, so that the decision never reads a clock.
 * @param judged gates that did judge; waivers of others are neither used nor stale. Default: all.
 * @param terms a waiver that holds longer than these lets nothing through. Default: 90 and 365 days.
 */
export function waive(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  date: string,
  judged?: readonly string[],
  terms: WaiverTerms = defaultTerms,
): Waived {
  const inScope = judged === undefined ? waivers : waivers.filter((waiver) => judged.includes(waiver.gate))
  const stale = new Map<string, StaleWaiver>()
  const live = new Map<Digest, Waiver>()
  for (const waiver of inScope) {
    const why = whyInvalid(waiver, date, terms)
    // Until it has been used.
    stale.set(waiver.id, why ?? { id: waiver.id, why: "unused" })
    if (why === undefined) live.set(waiverFingerprint(waiver), waiver)
  }
  const remaining: Finding[] = []
  const waived: WaivedFinding[] = []
  for (const finding of findings) {
    const identity = live.size === 0 ? undefined : fingerprint(finding)
    const waiver = identity === undefined ? undefined : live.get(identity)
    const refused = waiver === undefined ? undefined : whyBeyond(waiver, finding)
    if (waiver === undefined || identity === undefined || refused !== undefined) {
      remaining.push(finding)
      if (refused !== undefined) stale.set(refused.id, refused)
      continue
    }
    if (stale.get(waiver.id)?.why === "unused") stale.delete(waiver.id)
    waived.push({ finding, waiver: useOf(waiver, identity) })
  }
  return { remaining, waived, stale: [...stale.values()] }
}

function whyInvalid(waiver: Waiver, date: string, terms: WaiverTerms): StaleWaiver | undefined {
  const { id, expires, falsePositive = false } = waiver
  if (isExpired(waiver, date)) return { id, why: "expired" }
  const term = falsePositive ? terms.falsePositive : terms.acceptedRisk
  const last = new Date(Date.parse(date.slice(0, 10)) + term).toISOString().slice(0, 10)
  if (expires <= last) return undefined
  const kind = falsePositive ? "a false positive" : "an accepted risk"
  return {
    id,
    why: "term-too-long",
    detail: `it holds until ${expires}; ${kind} may be waived until ${last} (${term / day} days)`,
  }
}

/** A waiver of a number accepts that number, and nothing worse. */
function whyBeyond({ id, accepts }: Waiver, { measured }: Finding): StaleWaiver | undefined {
  if (measured === undefined) return undefined
  const { value, unit, better } = measured
  const is = `${value} ${unit} was measured`
  if (accepts === undefined)
    return { id, why: "number-missing", detail: `${is}; say what is accepted: accepts: ${value}` }
  if (better === "higher" ? value >= accepts : value <= accepts) return undefined
  return { id, why: "number-exceeded", detail: `${is}, ${accepts} ${unit} is accepted` }
}

function useOf(waiver: Waiver, identity: Digest): WaiverUse {
  const { id, owner, reason, expires, falsePositive, accepts } = waiver
  return {
    ...{ id, owner, reason, expires },
    ...(falsePositive === true ? { falsePositive } : {}),
    ...(accepts === undefined ? {} : { accepts }),
    fingerprint: identity,
  }
}
