import {
  isCovered,
  isFuture,
  type LedgerEntry,
  type ReleaseDigests,
  SignalboxError,
} from "../../domain/index.ts"
import { type PublicKey, signedVerification } from "../../evidence/statements/index.ts"
import type { DriverRequest } from "../request.ts"
import { holdOn, type StoredLedger, sameImages, verifiedEntries } from "../state/index.ts"
import { overridableBy } from "./overrides.ts"
import { requiredKeys } from "./trust.ts"

/** What the newest entry about a release says, for a deployment that relies on it. */
export type Verification =
  | { readonly ok: true; readonly entry: LedgerEntry; readonly expires: Date }
  | { readonly ok: false; readonly why: string }

/** A verification is a lease: it expires, a later failure revokes it, a hold suspends it. */
export function verificationOf(
  ledger: StoredLedger,
  set: Pick<ReleaseDigests, "record" | "images" | "chart">,
  ttlMs: number,
  date: string,
): Verification {
  const about = (entry: LedgerEntry) =>
    entry.set.record === set.record &&
    entry.set.chart === set.chart &&
    sameImages(entry.set.images, set.images)
  const newest = ledger.entries.findLast(about) ?? verifiedEntries(ledger).find(about)
  if (newest === undefined) return { ok: false, why: "these digests were never deployed there" }
  if (newest.outcome !== "verified") return { ok: false, why: whyNot(newest) }
  const held = holdOn(ledger, newest.set)
  if (held !== undefined) return { ok: false, why: `they are held there: ${held.reason}` }
  if (Number.isNaN(Date.parse(newest.at)))
    return { ok: false, why: `the time of their verification there cannot be read: ${newest.at}` }
  // It would never expire, or later than the policy allows.
  if (isFuture(newest.at, date))
    return {
      ok: false,
      why: `rule future-date: their verification there is dated in the future: ${newest.at}, now is ${date}`,
    }
  const longest = Date.parse(newest.at) + ttlMs
  const until = newest.override === undefined ? longest : Date.parse(newest.override.until)
  // A time that cannot be read ends nothing later than it was verified.
  const expires = new Date(Number.isNaN(until) ? Date.parse(newest.at) : Math.min(longest, until))
  if (expires.getTime() <= Date.parse(date))
    return { ok: false, why: `their verification there expired on ${expires.toISOString()}` }
  return { ok: true, entry: newest, expires }
}

function whyNot({ kind, outcome, noVerdict, at, reason = "" }: LedgerEntry): string {
  if (noVerdict !== undefined) return `their load test there gave no verdict on ${at}: ${reason}`
  if (kind !== "smoke" && kind !== "load") return `their last deployment there was ${outcome}`
  return `a ${kind} test by hand failed there on ${at}: ${reason}`
}

/** What of a request says whether a release was verified before. */
export type PromotionRequest = Pick<DriverRequest, "environment" | "promotion" | "date" | "signingKeys"> &
  Partial<Pick<DriverRequest, "override">>

/** Where a release was verified before it comes into an environment, or why that does not count. */
export type EarlierVerification =
  | {
      readonly ok: true
      /** Name of that environment. */
      readonly from: string
      /** The operation that verified it: as it was signed, or as the ledger says where no signature is required. */
      readonly operation: Pick<LedgerEntry, "operation" | "at" | "by"> & { readonly kind: string }
      /** Until when it counts, as RFC 3339 date-time. */
      readonly until: string
      /** The key of the policy that has signed it; null where the policy requires no signature here. */
      readonly signer: PublicKey | null
    }
  | { readonly ok: false; readonly refusal: SignalboxError }

/**
 * Why a release may not come into an environment that promotes from another one; null when it may. An override of
 * `promotion` sets all of it aside, one of `signed-verification` only that no statement is signed.
 */
export function promotionRefusal(set: ReleaseDigests, request: PromotionRequest): SignalboxError | null {
  const earlier = earlierVerification(set, request)
  if (earlier === null || earlier.ok) return null
  const { refusal } = earlier
  return refusal.detail.context?.rule === "signed-verification"
    ? overridableBy(refusal, "promotion", "signed-verification")
    : overridableBy(refusal, "promotion")
}

/** The verification in the environment that a release comes from; null where it comes from none. */
export function earlierVerification(
  set: ReleaseDigests,
  request: PromotionRequest,
): EarlierVerification | null {
  const from = request.environment.promotesFrom
  if (from === null) return null
  const { promotion } = request
  const refused = (why: string): EarlierVerification => ({
    ok: false,
    refusal: new SignalboxError("EVIDENCE_MISSING", {
      what: `version ${set.version} is not verified in ${from}`,
      where: request.environment.name,
      why,
      next: `deploy it to ${from} first; its verification lasts for a while, then promote`,
    }),
  })
  if (promotion === null || promotion.from !== from) return refused(`the ledger of ${from} was not given`)
  if (promotion.ledger === null) return refused(`nothing was ever deployed to ${from}`)
  if (promotion.ledger.environment !== from)
    return refused(`the ledger that was given is that of ${promotion.ledger.environment}`)
  const verification = verificationOf(promotion.ledger, set, promotion.verificationTtl.ms, request.date)
  if (!verification.ok) return refused(verification.why)
  const { entry, expires } = verification
  const { override } = entry
  if (!isCovered(override, request.override ?? null))
    return refused(
      `their verification there rests on an override of ${override?.rules.join(", ")}, which counts for the same override only`,
    )
  const keys = requiredKeys(request)
  if (keys === null) return { ok: true, from, operation: entry, until: expires.toISOString(), signer: null }
  // Whoever may write to the namespace can write a ledger: it finds the operation, and a signed statement proves it.
  const signed = signedVerification(promotion.statements, keys, {
    ...{
      environment: from,
      cluster: promotion.cluster,
      set,
      fence: promotion.ledger.fence,
      date: request.date,
    },
    verificationTtlMs: promotion.verificationTtl.ms,
    override: request.override ?? null,
  })
  return signed.ok
    ? { ok: true, from, operation: signed.claim, until: signed.until, signer: signed.signer }
    : signed
}
