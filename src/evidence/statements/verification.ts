import { z } from "zod"
import { digest } from "../../config/schema/primitives.ts"
import type { LedgerEntry, ReleaseDigests } from "../../domain/index.ts"
import { predicateTypes, statementText, subjectOf } from "./statement.ts"

const results = ["verified", "failed", "rolled-back"] as const

/** What a statement says of one operation on one environment. Dates are RFC 3339 date-times. */
export const verificationSchema = z.object({
  environment: z.string(),
  /** UID of the namespace: the identity of the environment in its cluster. */
  cluster: z.string(),
  /** Id of the operation, and its fencing number. */
  operation: z.string(),
  fence: z.int(),
  kind: z.string(),
  result: z.enum(results),
  /** The digests that were deployed, or tested. */
  release: z.object({
    version: z.string(),
    record: digest,
    images: z.record(z.string(), digest),
    chart: digest,
    values: digest,
    manifests: digest,
  }),
  planHash: digest,
  at: z.string(),
  /** Until when it allows a promotion. */
  expires: z.string(),
  by: z.string(),
  /** Rules that the operation set aside, why and until when; absent where it set none aside. */
  override: z.object({ rules: z.array(z.string()), reason: z.string(), until: z.string() }).optional(),
  /**
   * Hash of the plan that a person approved, who passed it on, and the approvers who counted, where the environment needs
   * any; null where no approval was needed.
   */
  approved: z
    .object({ planHash: digest, by: z.string(), approvers: z.array(z.string()).optional() })
    .nullable(),
})
export type VerificationClaim = z.output<typeof verificationSchema>

const statementSchema = z.object({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  predicateType: z.literal(predicateTypes.verification),
  predicate: verificationSchema,
})

/** What is known of an operation beside its entry in the ledger. */
export interface OperationFacts {
  readonly environment: string
  readonly cluster: string
  readonly verificationTtlMs: number
  /** Whether deployments there have to be approved. */
  readonly approved: boolean
}

/** The claim that an entry of the ledger stands for. */
export function verificationClaim(entry: LedgerEntry, facts: OperationFacts): VerificationClaim {
  const { operation, fence, kind, outcome, set, planHash, at, by, approvedBy, override } = entry
  const approvers = approvedBy === undefined ? {} : { approvers: [...approvedBy] }
  const { version, record, images, chart, values, manifests } = set
  return {
    ...{ environment: facts.environment, cluster: facts.cluster, operation, fence, kind, result: outcome },
    release: { version, record, images: { ...images }, chart, values, manifests },
    ...{ planHash, at, expires: expiryOf(entry, facts), by },
    ...(override === undefined ? {} : { override: { ...override, rules: [...override.rules] } }),
    // Nobody approves a rollback or a test by hand.
    approved:
      facts.approved && (kind === "deploy" || kind === "promote") ? { planHash, by, ...approvers } : null,
  }
}

/** An override ends a verification earlier, also for versions that do not know of overrides. */
function expiryOf({ at, override }: LedgerEntry, { verificationTtlMs }: OperationFacts): string {
  const longest = Date.parse(at) + verificationTtlMs
  const until = override === undefined ? longest : Date.parse(override.until)
  return new Date(Number.isNaN(until) ? Date.parse(at) : Math.min(longest, until)).toISOString()
}

/** @param repositories repository of each component's image. */
export function verificationStatement(
  claim: VerificationClaim,
  repositories: Readonly<Record<string, string>>,
): string {
  const { images, record } = claim.release
  const subjects = Object.entries(images).map(([component, image]) =>
    subjectOf(repositories[component] ?? component, image),
  )
  return statementText([...subjects, subjectOf("record.json", record)], predicateTypes.verification, claim)
}

/** The claim in the payload of a statement; undefined for a statement of another kind, or one that cannot be read. */
export function claimIn(payload: Uint8Array): VerificationClaim | undefined {
  try {
    return statementSchema.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)))
      .data?.predicate
  } catch {
    return undefined
  }
}

/** Whether a claim is about the same release; values and manifests differ between environments. */
export function isAbout(
  { release }: VerificationClaim,
  set: Pick<ReleaseDigests, "record" | "images" | "chart">,
): boolean {
  const [claimed, images] = [Object.entries(release.images), Object.entries(set.images)]
  return (
    release.record === set.record &&
    release.chart === set.chart &&
    claimed.length === images.length &&
    images.every(([component, image]) => release.images[component] === image)
  )
}
