import { z } from "zod"
import { digest } from "../../config/schema/primitives.ts"
import { operationKinds } from "../../domain/index.ts"
import type { StoredJournal } from "./journal.ts"
import type { StoredLedger } from "./ledger.ts"

/** `schemaVersion` of journal and ledger as this version writes them. */
export const stateSchema = 1

const versioned = z.looseObject({ schemaVersion: z.int().min(stateSchema + 1) })

/** The schemaVersion of what a newer version wrote; null for anything else. */
export function newerSchema(value: unknown): number | null {
  const parsed = versioned.safeParse(value)
  return parsed.success ? parsed.data.schemaVersion : null
}

/** What is above was not counted, and counting on from there would soon not be possible. */
const fence = z
  .int()
  .min(0)
  .max(2 ** 40)

/**
 * The fields that are read here, because decisions or words are made of them; further fields are carried along, because
 * the chain's digests cover them. Words that a newer version may add (an outcome, a state) are any text.
 */
const images = z.record(z.string(), digest)

const set = z.looseObject({
  version: z.string(),
  record: digest,
  images,
  chart: digest,
  values: digest,
  manifests: digest,
  configuration: digest.optional(),
  smoke: digest.nullish(),
})

const override = z.looseObject({ rules: z.array(z.string()), reason: z.string(), until: z.string() })

export const entryShape = z.looseObject({
  sequence: z.int().positive(),
  operation: z.string(),
  kind: z.enum([...operationKinds, "smoke", "load"]),
  fence,
  at: z.string(),
  by: z.string(),
  set,
  revision: z.int().min(0),
  outcome: z.enum(["verified", "failed", "rolled-back"]),
  planHash: digest,
  approvedBy: z.array(z.string()).optional(),
  override: override.optional(),
  noVerdict: z.string().optional(),
  evidence: z.string().optional(),
  reason: z.string().optional(),
  previous: digest.nullable(),
})

const hold = z.looseObject({
  record: digest,
  version: z.string(),
  images,
  content: digest.optional(),
  reason: z.string(),
  since: z.string().optional(),
  operation: z.string().optional(),
})

/** The ledger as it lies in its ConfigMap; whether its chain holds is another question. */
export const ledgerShape = z
  .looseObject({
    schemaVersion: z.literal(stateSchema),
    environment: z.string(),
    fence,
    entries: z.array(entryShape),
    holds: z.array(hold),
    lifted: z.array(z.looseObject({ hold, at: z.string(), by: z.string(), reason: z.string() })),
    trimmed: z
      .looseObject({ entries: z.int().positive(), head: digest, verified: entryShape.nullable() })
      .optional(),
  })
  .transform((value) => value as unknown as StoredLedger)

/** What an operation is finished or taken back by. */
export const planShape = z.looseObject({
  kind: z.enum(operationKinds),
  project: z.string(),
  environment: z.string(),
  namespace: z.string(),
  releaseName: z.string(),
  baseRevision: z.int().min(0),
  current: set.nullable(),
  target: set,
  fallback: set.nullable(),
  steps: z.array(
    z.looseObject({ id: z.string(), title: z.string(), timeoutSeconds: z.number().min(0).optional() }),
  ),
  cluster: z.string().optional(),
  strategy: z.string().optional(),
  serving: z.array(z.string()).optional(),
  changes: z.array(z.looseObject({})).optional(),
  warnings: z.array(z.string()).optional(),
  proof: z.looseObject({}).nullish(),
  basis: z.looseObject({}).nullish(),
})

/** A plan as the journal carries it: in the text that it was written in. */
const planText = z.string().superRefine((text, context) => {
  const parsed = planShape.safeParse(parseJson(text))
  if (parsed.success) return
  const problem = parsed.error.issues[0]
  const message = `it holds no plan: ${problem?.path.join(".") || "document"}: ${problem?.message}`
  context.addIssue({ code: "custom", message })
})

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // Reported by the caller, which knows the text's origin.
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}

/** The journal as it lies in its ConfigMap. */
export const journalShape = z
  .looseObject({
    schemaVersion: z.literal(stateSchema),
    operation: z.string(),
    kind: z.enum(operationKinds),
    environment: z.string(),
    fence,
    planHash: digest,
    approvedBy: z.array(z.string()).optional(),
    override: override.optional(),
    plan: planText,
    by: z.string(),
    started: z.string().optional(),
    phase: z.enum(["forward", "back", "finished"]),
    steps: z.array(
      z.looseObject({
        ...{ id: z.string(), state: z.string() },
        ...{ started: z.string().optional(), ended: z.string().optional(), note: z.string().optional() },
      }),
    ),
    outcome: z.string().optional(),
    noVerdict: z.string().optional(),
    approved: digest.optional(),
    holdTarget: z.boolean(),
    cause: z.string().optional(),
    reason: z.string().optional(),
    served: digest.optional(),
  })
  .transform((value) => value as unknown as StoredJournal)
