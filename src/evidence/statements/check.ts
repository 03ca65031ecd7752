import {
  type EvidenceRule,
  isCovered,
  isFuture,
  type ReleaseDigests,
  type ReleaseRecord,
  type RequestedOverride,
  refusedByRule,
  type ScanStatement,
  type SignalboxError,
} from "../../domain/index.ts"
import { type Envelope, payloadOf, signerOf } from "./dsse.ts"
import type { PublicKey } from "./public-key.ts"
import { laterScanStatement, releaseStatement } from "./statement.ts"
import { claimIn, isAbout, type VerificationClaim } from "./verification.ts"

/** Who signed a record, or why nobody did whose signature counts. */
export type Signature =
  | { readonly ok: true; readonly signer: PublicKey }
  | { readonly ok: false; readonly why: string }

/** Holds the signed statement of a release against the record itself: the bytes that must be signed follow from it. */
export function recordSignature(
  record: ReleaseRecord,
  envelope: Envelope | null,
  keys: readonly PublicKey[],
): Signature {
  if (envelope === null) return { ok: false, why: "there is no statement of its record" }
  if (!isStatementOf(record, envelope)) return { ok: false, why: "its statement is about another record" }
  if (envelope.signatures.length === 0) return { ok: false, why: "its record is not signed" }
  const signer = signerOf(envelope, keys)
  if (signer !== undefined) return { ok: true, signer }
  const names = keys.map(({ name, id }) => `${name} (${id})`).join(", ")
  return { ok: false, why: `its signature is by none of the keys ${names}` }
}

/** Whether a statement, signed or not, is that of this very record. */
export function isStatementOf(record: ReleaseRecord, envelope: Envelope): boolean {
  return Buffer.from(releaseStatement(record), "utf8").equals(payloadOf(envelope))
}

/** Whether one of the keys has signed a later judgement of this very release: any other counts for nothing. */
export function isSignedScan(
  record: ReleaseRecord,
  scan: ScanStatement,
  envelope: Envelope | null,
  keys: readonly PublicKey[],
): boolean {
  if (envelope === null || signerOf(envelope, keys) === undefined) return false
  return Buffer.from(laterScanStatement(record, scan), "utf8").equals(payloadOf(envelope))
}

/** Why a record without a valid signature is refused; null where it has one. */
export function signatureRefusal(
  record: ReleaseRecord,
  envelope: Envelope | null,
  keys: readonly PublicKey[],
  environment: string,
): SignalboxError | null {
  const signature = recordSignature(record, envelope, keys)
  if (signature.ok) return null
  return refusedByRule("signed-record", {
    what: `release ${record.version} is not signed by a key of the policy`,
    where: environment,
    why: signature.why,
    next: "publish a new version with --signing-key, and list its public key in signingKeys",
  })
}

/** What a verification in the environment before has to be about. */
export interface WantedVerification {
  readonly environment: string
  /** UID of the namespace whose ledger was read; null where it was not given. */
  readonly cluster: string | null
  readonly set: Pick<ReleaseDigests, "version" | "record" | "images" | "chart">
  /** Highest fencing number that the ledger knows. */
  readonly fence: number
  readonly verificationTtlMs: number
  /** Now, as RFC 3339 date-time. */
  readonly date: string
  /** Rules that the promotion overrides itself. Default: none. */
  readonly override?: Pick<RequestedOverride, "rules"> | null
}

/** The signed verification of a release in the environment before, or why there is none that counts. */
export type SignedVerification =
  | {
      readonly ok: true
      readonly claim: VerificationClaim
      readonly signer: PublicKey
      /** Until when it counts, as RFC 3339 date-time. */
      readonly until: string
    }
  | { readonly ok: false; readonly refusal: SignalboxError }

/**
 * Holds the signed statements against a verification that the ledger says there is. The newest statement about the
 * release decides: a later failure revokes an earlier verification.
 */
export function signedVerification(
  envelopes: readonly Envelope[],
  keys: readonly PublicKey[],
  wanted: WantedVerification,
): SignedVerification {
  const refused = (rule: EvidenceRule, why: string): SignedVerification => ({
    ok: false,
    refusal: refusedByRule(rule, {
      what: `no signed statement says that version ${wanted.set.version} is verified in ${wanted.environment}`,
      where: wanted.environment,
      why,
      next: `deploy it to ${wanted.environment} with --signing-key, then promote`,
    }),
  })
  const signed = envelopes.flatMap((envelope) => {
    const signer = signerOf(envelope, keys)
    return signer === undefined ? [] : [{ envelope, signer }]
  })
  const about = claimsAbout(signed, wanted)
  const newest = about.at(-1)
  if (newest === undefined)
    return refused(
      "signed-verification",
      `of ${envelopes.length} statements ${signed.length} are signed by a key of the policy, and none of these is about these digests there`,
    )
  const { claim, signer } = newest
  const { at, expires, cluster, fence, operation } = claim
  const against = about.find((one) => revokes(one.claim, claim))?.claim
  if (against !== undefined)
    return refused(
      "verification-revoked",
      `operation ${against.operation} ended ${against.result} on ${against.at}`,
    )
  if (cluster !== wanted.cluster)
    return refused(
      "verification-cluster",
      `it was verified in namespace ${cluster}, the ledger is of ${wanted.cluster ?? "an unknown one"}`,
    )
  if (fence > wanted.fence)
    return refused(
      "verification-cluster",
      `operation ${operation} had fencing number ${fence}, the ledger knows of ${wanted.fence} only: it is older`,
    )
  if (isFuture(at, wanted.date))
    return refused("future-date", `it was verified on ${at}, now is ${wanted.date}`)
  if (!isCovered(claim.override, wanted.override ?? null))
    return refused(
      "signed-verification",
      `operation ${operation} has overridden ${claim.override?.rules.join(", ")}: it counts for the same override only`,
    )
  const until = Math.min(Date.parse(expires), Date.parse(at) + wanted.verificationTtlMs)
  if (until > Date.parse(wanted.date))
    return { ok: true, claim, signer, until: new Date(until).toISOString() }
  return refused("signed-verification", `the statement of ${at} has expired`)
}

interface SignedEnvelope {
  readonly envelope: Envelope
  readonly signer: PublicKey
}

/** The claims about the release in the environment, the newest last. */
function claimsAbout(signed: readonly SignedEnvelope[], wanted: WantedVerification) {
  return signed
    .flatMap(({ envelope, signer }) => {
      const claim = claimIn(payloadOf(envelope))
      return claim === undefined ? [] : [{ claim, signer }]
    })
    .filter(({ claim }) => claim.environment === wanted.environment && isAbout(claim, wanted.set))
    .sort((a, b) => byAge(a.claim, b.claim))
}

/**
 * Whether one claim takes back the newest: itself, where it is a failure, and a failure of later, whatever its number. Who
 * may write to the namespace can set ledger and Lease back for a while, so that a test by hand gets a lower one.
 */
function revokes(one: VerificationClaim, newest: VerificationClaim): boolean {
  return one.result !== "verified" && (one === newest || timeOf(one) > timeOf(newest))
}

/**
 * A number is given twice where ledger and Lease were set back: then the later one counts, and of one time what speaks
 * against the release.
 */
function byAge(a: VerificationClaim, b: VerificationClaim): number {
  const speaksAgainst = ({ result }: VerificationClaim) => Number(result !== "verified")
  return a.fence - b.fence || timeOf(a) - timeOf(b) || speaksAgainst(a) - speaksAgainst(b)
}

/** A time that is none counts as the latest: what it verifies is refused as of the future. */
function timeOf({ at }: VerificationClaim): number {
  const read = Date.parse(at)
  return Number.isNaN(read) ? Number.MAX_SAFE_INTEGER : read
}
