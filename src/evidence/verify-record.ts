import { z } from "zod"
import { digest } from "../config/schema/primitives.ts"
import {
  contentDigest,
  type Digest,
  type GateResult,
  isRequired,
  isWarning,
  type ReleaseRecord,
  recordDigest,
  SignalboxError,
  toJson,
  verdicts,
} from "../domain/index.ts"
import type { Files } from "./store/store.ts"

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
  entries: z.number().optional(),
})

const recordSchema = z.strictObject({
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
      from: z.string().optional(),
    }),
  ),
  chart: z.object({ name: z.string(), version: z.string(), digest }),
  gates: z.array(
    z.object({
      gate: z.string(),
      required: z.boolean().optional(),
      verdict: z.enum(verdicts),
      summary: z.string(),
      tools: z.array(tool),
      database: database.optional(),
      reportDigest: digest,
    }),
  ),
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
 * The record stored for a version. A tag of a registry can be moved to other content, so the record's own version counts.
 * @throws STATE_DAMAGED when it is no record, or that of another version.
 */
export function parseRecordOfVersion(text: string, version: string, reference: string): ReleaseRecord {
  const record = parseRecord(text)
  if (record.version === version) return record
  throw new SignalboxError("STATE_DAMAGED", {
    what: `the record stored for ${version} is that of ${record.version}`,
    where: reference,
    why: "its tag in the registry was moved or overwritten",
    next: `point the tag of ${version} at its own record again, or cut a new version`,
  })
}

/** One check of a stored release and its result. */
export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}

/**
 * Checks a stored release offline: the record's digest against the claimed one, every gate result against its digest in
 * the record, the verdicts, and whether a waiver has expired by the date.
 */
export function verifyRecord(files: Files, claimed: Digest | undefined, date: string): readonly Check[] {
  const record = parseRecord(text(files, "record.json"))
  const actual = recordDigest(record)
  const digestCheck: Check = {
    name: "record digest",
    ok: claimed === undefined || claimed === actual,
    detail:
      claimed === undefined || claimed === actual ? actual : `record says ${actual}, expected ${claimed}`,
  }
  const gates = record.gates.map((gate): Check => {
    const raw = files.get(`gates/${gate.gate}.json`)
    if (raw === undefined) return { name: `gate ${gate.gate}`, ok: false, detail: "its report is missing" }
    const actual = contentDigest(toJson(JSON.parse(new TextDecoder().decode(raw)) as GateResult))
    const passed = gate.verdict === "pass" || gate.verdict === "waived" || !isRequired(gate)
    if (actual !== gate.reportDigest)
      return { name: `gate ${gate.gate}`, ok: false, detail: "its report was changed" }
    const note = isWarning(gate) ? "not required, " : ""
    return { name: `gate ${gate.gate}`, ok: passed, detail: `${note}${gate.verdict}: ${gate.summary}` }
  })
  const waivers = record.waivers.map(
    (waiver): Check => ({
      name: `waiver ${waiver.id}`,
      ok: waiver.expires >= date,
      detail: `owner ${waiver.owner}, until ${waiver.expires}: ${waiver.reason}`,
    }),
  )
  const requiredRun = record.gates.filter((gate) => isRequired(gate) && gate.verdict !== "skipped").length
  const coverage: Check = {
    name: "gates",
    ok: requiredRun > 0,
    detail: requiredRun > 0 ? `${requiredRun} required and run` : "no required gate was run",
  }
  return [digestCheck, coverage, ...gates, ...waivers]
}

function text(files: Files, name: string): string {
  const content = files.get(name)
  if (content === undefined) throw new SignalboxError("STATE_DAMAGED", { what: `the release has no ${name}` })
  return new TextDecoder().decode(content)
}
