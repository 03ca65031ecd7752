import { z } from "zod"
import { digest } from "../config/schema/primitives.ts"
import {
  policySources,
  type ReleaseRecord,
  refusedByRule,
  SignalboxError,
  verdicts,
} from "../domain/index.ts"

const tool = z.object({
  name: z.string(),
  version: z.string(),
  script: z.string().optional(),
  image: z.string().optional(),
})
const database = z.object({
  name: z.string(),
  date: z.string(),
  digest: z.string().optional(),
  source: z.string().optional(),
  entries: z.number().optional(),
})

interface RecordedPlatforms {
  readonly platform: string
  readonly bytes: number
  readonly platforms?: Readonly<Record<string, { readonly bytes: number }>> | undefined
}

/** An index has two platforms or more, which are named, and the size of the largest; an image of one has neither. */
function isOfItsPlatforms({ platform, bytes, platforms }: RecordedPlatforms): boolean {
  if (platforms === undefined) return !platform.includes(",")
  const sizes = Object.values(platforms).map((one) => one.bytes)
  const isNamed = Object.keys(platforms).sort().join(",") === platform
  return sizes.length > 1 && isNamed && bytes === Math.max(...sizes)
}

const recordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  project: z.string(),
  version: z.string(),
  source: z.object({ commit: z.string(), tree: z.string(), tag: z.string().optional() }),
  images: z.array(
    z
      .object({
        component: z.string(),
        repository: z.string(),
        digest,
        platform: z.string(),
        bytes: z.number(),
        platforms: z
          .record(z.string().regex(/^[a-z0-9]+\/[a-z0-9/]+$/), z.object({ digest, bytes: z.int().min(0) }))
          .optional(),
        from: z.string().optional(),
      })
      .refine(isOfItsPlatforms, { path: ["platforms"], error: "not those that platform names" }),
  ),
  chart: z.object({ name: z.string(), version: z.string(), digest }),
  files: z.record(z.string(), digest).optional(),
  gates: z.array(
    z.object({
      gate: z.string(),
      required: z.boolean().optional(),
      onFail: z.literal("warn").optional(),
      verdict: z.enum(verdicts),
      summary: z.string(),
      tools: z.array(tool),
      database: database.optional(),
      judged: z.record(z.string(), digest).optional(),
      reportDigest: digest,
    }),
  ),
  policy: z
    .object({
      source: z.enum(policySources),
      ref: z.string().optional(),
      commit: z.string().optional(),
      branch: z.string().optional(),
      extends: z.string().optional(),
      hash: digest,
      why: z.string().optional(),
    })
    .optional(),
  waivers: z.array(
    z.object({
      id: z.string(),
      owner: z.string(),
      reason: z.string(),
      expires: z.string(),
      falsePositive: z.literal(true).optional(),
      accepts: z.number().optional(),
      fingerprint: digest,
    }),
  ),
  builder: z.object({ name: z.string(), version: z.string(), engine: z.string() }),
  created: z.string(),
  sboms: z.array(z.object({ component: z.string(), digest })).optional(),
})

/** Schemas of a record's parts, for statements that repeat them. */
export const recordParts = { gates: recordSchema.shape.gates, waivers: recordSchema.shape.waivers }

/** Parses a release record. @throws STATE_DAMAGED when the text is none. */
export function parseRecord(text: string): ReleaseRecord {
  try {
    return recordSchema.parse(JSON.parse(text)) as ReleaseRecord
  } catch (cause) {
    throw new SignalboxError(
      "STATE_DAMAGED",
      { what: "this is not a release record", why: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    )
  }
}

/**
 * The record stored for a version of a project. A tag of a registry can be moved to other content, so what the record
 * says of itself counts.
 * @throws STATE_DAMAGED when it is no record; EVIDENCE_MISSING when it is that of another version or project
 */
export function parseRecordOf(
  text: string,
  wanted: { readonly version: string; readonly project: string },
  reference: string,
): ReleaseRecord {
  const record = parseRecord(text)
  if (record.version !== wanted.version)
    throw refusedByRule("record-tag", {
      what: `the record stored for ${wanted.version} is that of ${record.version}`,
      where: reference,
      why: "its tag in the registry was moved or overwritten",
      next: `point the tag of ${wanted.version} at its own record again, or cut a new version`,
    })
  if (record.project !== wanted.project)
    throw refusedByRule("record-project", {
      what: `the record stored for ${wanted.version} is that of the project ${record.project}`,
      where: reference,
      why: `this project is ${wanted.project}`,
      next: "correct project or registry in signalbox.yaml",
    })
  return record
}
