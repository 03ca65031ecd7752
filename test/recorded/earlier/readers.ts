/** How bef7440 reads what is in a namespace and in a record: copied from it, one definition after the other. */
import { z } from "zod"

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const images = z.record(z.string(), digest)
const operationKinds = ["deploy", "promote", "rollback"] as const

// src/deploy/state/shape.ts

const set = z.looseObject({
  version: z.string(),
  record: digest,
  images,
  chart: digest,
  values: digest,
  manifests: digest,
})

const entry = z.looseObject({
  sequence: z.int().positive(),
  operation: z.string(),
  kind: z.enum([...operationKinds, "smoke", "load"]),
  fence: z.int().min(0),
  at: z.string(),
  by: z.string(),
  set,
  revision: z.int().min(0),
  outcome: z.enum(["verified", "failed", "rolled-back"]),
  planHash: digest,
  previous: digest.nullable(),
})

const hold = z.looseObject({ record: digest, version: z.string(), images, reason: z.string() })

export const ledger = z.looseObject({
  schemaVersion: z.literal(1),
  environment: z.string(),
  fence: z.int().min(0),
  entries: z.array(entry),
  holds: z.array(hold),
  lifted: z.array(z.looseObject({ hold, at: z.string(), by: z.string(), reason: z.string() })),
  trimmed: z
    .looseObject({ entries: z.int().positive(), head: digest, verified: entry.nullable() })
    .optional(),
})

export const journal = z.looseObject({
  schemaVersion: z.literal(1),
  operation: z.string(),
  kind: z.enum(operationKinds),
  environment: z.string(),
  fence: z.int().min(0),
  planHash: digest,
  plan: z.string(),
  phase: z.enum(["forward", "back", "finished"]),
  steps: z.array(z.looseObject({ id: z.string(), state: z.string() })),
  holdTarget: z.boolean(),
  reason: z.string().optional(),
})

/** Its steps are those that it knows (src/domain/plan.ts), and so is its strategy: it acts by their names. */
export const plan = z.looseObject({
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
    z.looseObject({ id: z.enum(["backup", "migrate", "roll-out", "smoke", "load", "verify"]), title: z.string() }),
  ),
  strategy: z.literal("rolling"),
})

/** src/deploy/state/journal.ts: steps of the way back, after those of the plan. */
export const backSteps = ["return", "prove", "out-of-traffic", "record"]

// src/deploy/kept/kept-set.ts

export const bundle = z.object({
  chart: z.record(z.string(), z.string()),
  values: z.array(z.string()),
  smoke: z.string().nullable(),
})

// src/release/verify-record.ts; what it does not know is refused in the record itself, and passed over below that

export const record = z.strictObject({
  schemaVersion: z.literal(1),
  project: z.string(),
  version: z.string(),
  source: z.object({ commit: z.string(), tree: z.string(), tag: z.string().optional() }),
  images: z.array(
    z.object({
      component: z.string(),
      repository: z.string(),
      digest,
      platform: z.string(),
      bytes: z.number(),
    }),
  ),
  chart: z.object({ name: z.string(), version: z.string(), digest }),
  gates: z.array(
    z.object({
      gate: z.string(),
      verdict: z.enum(["pass", "fail", "waived", "inconclusive", "skipped", "error"]),
      summary: z.string(),
      tools: z.array(z.object({ name: z.string(), version: z.string(), image: z.string().optional() })),
      database: z
        .object({
          name: z.string(),
          date: z.string(),
          digest: z.string().optional(),
          entries: z.number().optional(),
        })
        .optional(),
      reportDigest: digest,
    }),
  ),
  waivers: z.array(
    z.object({
      id: z.string(),
      owner: z.string(),
      reason: z.string(),
      expires: z.string(),
      fingerprint: digest,
    }),
  ),
  builder: z.object({ name: z.string(), version: z.string(), engine: z.string() }),
  created: z.string(),
  sboms: z.array(z.object({ component: z.string(), digest })).optional(),
})
