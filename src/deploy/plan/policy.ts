import type { ChartFiles } from "../../chart/index.ts"
import {
  isScanOf,
  type ReleaseDigests,
  type ReleaseRecord,
  SignalboxError,
  withScan,
} from "../../domain/index.ts"
import { isSignedScan } from "../../evidence/statements/index.ts"
import type { DriverRequest } from "../request.ts"
import { heldPartOf, holdOn, type StoredLedger } from "../state/index.ts"
import { contentRefusals } from "./content.ts"
import { evidenceRefusals } from "./evidence.ts"
import { type Judged, withOverride } from "./overrides.ts"
import { promotionRefusal } from "./promotion.ts"
import type { Target } from "./target.ts"
import { recordRefusals, requiredKeys } from "./trust.ts"

/** The set is held here: refused until a person lifts the hold. */
export function holdRefusal(
  ledger: StoredLedger,
  set: ReleaseDigests,
  environment: string,
): SignalboxError | null {
  const hold = holdOn(ledger, set)
  if (hold === undefined) return null
  return new SignalboxError("DIGEST_HELD", {
    what: `version ${set.version} is held in ${environment}`,
    where: heldPartOf(ledger, set) ?? environment,
    why: `since ${hold.since}: ${hold.reason}`,
    next: `deploy another version, or lift the hold: hold --environment ${environment} --lift --release ${hold.version} --reason …`,
  })
}

/** Everything that refuses a deployment, in the order in which a person would want to hear of it. */
export function refusals(...facts: Parameters<typeof judgeDeployment>): readonly SignalboxError[] {
  return judgeDeployment(...facts).refused
}

/** The same, with what the call's override sets aside of it. */
export function judgeDeployment(
  request: DriverRequest,
  record: ReleaseRecord,
  target: Target,
  context: { readonly ledger: StoredLedger; readonly chart: ChartFiles },
): Judged {
  const held = holdRefusal(context.ledger, target.set, request.environment.name)
  const unproven = promotionRefusal(target.set, request)
  const all = [
    ...(held === null ? [] : [held]),
    ...recordRefusals(record, request),
    ...evidenceRefusals(judgedLast(record, request), request),
    ...(unproven === null ? [] : [unproven]),
    ...contentRefusals(target, context.chart, request),
  ]
  return withOverride(all, request)
}

/**
 * The record with the later judgement of its digests. A statement about something else counts for nothing; where a key of
 * the policy has to sign, neither does one that none has signed: whoever may write to the registry could renew evidence.
 */
export function judgedLast(
  record: ReleaseRecord,
  request: Pick<DriverRequest, "environment" | "scan" | "scanStatement" | "signingKeys">,
): ReleaseRecord {
  const { scan, scanStatement } = request
  if (scan === null || !isScanOf(scan, record)) return record
  const keys = requiredKeys(request)
  return keys === null || isSignedScan(record, scan, scanStatement, keys) ? withScan(record, scan) : record
}

/**
 * Throws the first refusal, with the others in its reason.
 * @param consequence what that means for the caller, at the end of the reason
 */
export function throwRefusals(all: readonly SignalboxError[], consequence?: string): void {
  const [first, ...others] = all
  if (first === undefined) return
  if (others.length === 0 && consequence === undefined) throw first
  const more = others.map(
    (one) => `${one.detail.what}${one.detail.why === undefined ? "" : ` (${one.detail.why})`}`,
  )
  const also = more.length === 0 ? undefined : `also: ${more.join("; ")}`
  const why = [first.detail.why, also, consequence].filter((text) => text !== undefined).join("; ")
  throw new SignalboxError(first.code, { ...first.detail, why })
}
