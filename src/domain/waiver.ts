import type { Digest } from "./digest.ts"
import { type Finding, fingerprint } from "./finding.ts"
import type { WaiverUse } from "./gate-result.ts"

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
}

export interface StaleWaiver {
  readonly id: string
  readonly why: "expired" | "unused"
}

export interface WaivedFinding {
  readonly finding: Finding
  readonly waiver: WaiverUse
}

export interface Waived {
  /** Findings that count. */
  readonly remaining: readonly Finding[]
  readonly waived: readonly WaivedFinding[]
  /** Waivers to remove: expired ones let nothing through, unused ones match nothing. */
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

/** Whether a waiver still holds on a day. Full-dates compare as text. */
export function isExpired(waiver: Pick<Waiver, "expires">, date: string): boolean {
  return date.slice(0, 10) > waiver.expires
}

/**
 * Takes the waived findings out. A finding that occurs on several lines is one identity and is waived as one.
 * @param date RFC 3339 date of the judgement; an input, so that the decision never reads a clock.
 * @param judged gates that did judge; waivers of others are neither used nor stale. Default: all.
 */
export function waive(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  date: string,
  judged?: readonly string[],
): Waived {
  const inScope = judged === undefined ? waivers : waivers.filter((waiver) => judged.includes(waiver.gate))
  const live = new Map<Digest, Waiver>()
  for (const waiver of inScope) if (!isExpired(waiver, date)) live.set(waiverFingerprint(waiver), waiver)

  const remaining: Finding[] = []
  const waived: WaivedFinding[] = []
  if (live.size === 0)
    return { remaining: findings, waived, stale: inScope.map((one) => staleness(one, date)) }
  const used = new Set<string>()
  for (const finding of findings) {
    const identity = fingerprint(finding)
    const waiver = live.get(identity)
    if (waiver === undefined) {
      remaining.push(finding)
      continue
    }
    used.add(waiver.id)
    waived.push({ finding, waiver: useOf(waiver, identity) })
  }
  const stale = inScope.filter((waiver) => !used.has(waiver.id)).map((waiver) => staleness(waiver, date))
  return { remaining, waived, stale }
}

function staleness(waiver: Waiver, date: string): StaleWaiver {
  return { id: waiver.id, why: isExpired(waiver, date) ? "expired" : "unused" }
}

function useOf(waiver: Waiver, identity: Digest): WaiverUse {
  const { id, owner, reason, expires } = waiver
  return { id, owner, reason, expires, fingerprint: identity }
}
