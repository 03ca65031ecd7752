/** What the driver writes into its output directory, and how it is read back, from a run of now or from evidence. */
import { z } from "zod"
import { digest } from "../config/schema/primitives.ts"
import { type Journal, type LedgerEntry, type Plan } from "../domain/index.ts"
import { entryShape, parseJson, planShape } from "./state/shape.ts"

export { lastVerified } from "./state/ledger.ts"
export { journalShape, ledgerShape } from "./state/shape.ts"

const list = <T extends z.ZodType>(of: T) => z.array(of).readonly()

const runningSet = z.object({
  revision: z.int(),
  status: z.string(),
  images: z.record(z.string(), list(z.string())),
  ready: z.boolean(),
})

const overrideReport = z.object({
  rules: list(z.string()),
  reason: z.string(),
  until: z.string(),
})

/** `status.json` of `observe`. */
export const statusReport = z.object({
  schemaVersion: z.literal(1),
  environment: z.string(),
  namespace: z.string(),
  cluster: z.string(),
  running: runningSet,
  /** Version, digests and verification of the newest ledger entry that runs; null when nothing was deployed by us. */
  current: z
    .object({
      version: z.string(),
      record: digest,
      images: z.record(z.string(), digest),
      since: z.string(),
      by: z.string(),
      verified: z.boolean(),
      /** Why it is not verified; null where it is. */
      unverified: z.string().nullable(),
      verificationExpires: z.string().nullable(),
      /** Rules that its deployment set aside; absent where it set none aside. */
      override: overrideReport.optional(),
    })
    .nullable(),
  /** In what the cluster differs from what is recorded of `current`, a line each. */
  differences: list(z.string()),
  lock: z.object({ holder: z.string(), fence: z.int() }).nullable(),
  /** Operation that was not finished; the next acting call does that first. */
  interrupted: z
    .object({
      operation: z.string(),
      /** Version that it was to bring. */
      version: z.string(),
      phase: z.string(),
      step: z.string().nullable(),
    })
    .nullable(),
  holds: list(z.object({ version: z.string(), reason: z.string(), since: z.string() })),
  history: list(
    z.object({
      sequence: z.int(),
      at: z.string(),
      by: z.string(),
      kind: z.string(),
      version: z.string(),
      revision: z.int(),
      outcome: z.string(),
      approvedBy: list(z.string()).optional(),
      override: overrideReport.optional(),
      reason: z.string().nullable(),
    }),
  ),
})
export type StatusReport = z.output<typeof statusReport>

/** Of `operation.json`, as the driver of this call wrote it: what decides whether the call leaves evidence. */
export const ownReport = z.looseObject({
  schemaVersion: z.literal(1),
  call: z.string(),
  operation: z.string(),
  fence: z.int().nullable(),
  files: list(z.string()),
})

/** Of `operation.json` in evidence. Reports of earlier versions do not say what they knew. */
export const storedReport = z.looseObject({
  planHash: digest.nullish(),
  known: z.int().nullish(),
})

/**
 * `recorded.json`: what this call has added to the ledger itself, and the UID of the namespace that it acted on. It is what a
 * statement is made of: the ledger in the cluster may say more by then.
 */
export const recordedReport = z.object({
  schemaVersion: z.literal(1),
  cluster: z.string(),
  entries: z.array(entryShape.transform((value) => value as unknown as LedgerEntry)),
})
export type RecordedReport = z.output<typeof recordedReport>

/** `plan.json`: all of it, because its hash covers all of it. */
export const planFile = planShape.transform((value) => value as unknown as Plan)

/**
 * A journal in evidence, by what it is weighed against others: one among many may be of an earlier version or hold no
 * plan. The driver reads the one that is chosen as its own.
 */
export const journalCopy = z
  .looseObject({ operation: z.string(), plan: z.string() })
  .transform((value) => value as unknown as Journal)

const planPlace = z.looseObject({ cluster: z.string() })

/** UID of the namespace that a journal's plan is for; undefined where the journal holds no plan that says it. */
export function clusterOf(journal: Pick<Journal, "plan">): string | undefined {
  return planPlace.safeParse(parseJson(journal.plan)).data?.cluster
}
