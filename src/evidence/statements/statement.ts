import { z } from "zod"
import {
  canonicalJson,
  type Digest,
  type Json,
  type ReleaseRecord,
  recordDigest,
  type ScanStatement,
  SignalboxError,
  toJson,
} from "../../domain/index.ts"

/** Predicate types: what a statement says about its subjects. */
export const predicateTypes = {
  release: "urn:signalbox:release-record:v1",
  verification: "urn:signalbox:verification:v1",
  scan: "urn:signalbox:scan:v1",
  provenance: "https://slsa.dev/provenance/v1",
} as const

const statementType = "https://in-toto.io/Statement/v1"

export interface Subject {
  readonly name: string
  readonly digest: { readonly sha256: string }
}

/** The text of an in-toto statement (v1): canonical JSON, so that equal statements have equal bytes. */
export function statementText(
  subject: readonly Subject[],
  predicateType: string,
  predicate: Json | object,
): string {
  return canonicalJson(toJson({ _type: statementType, subject, predicateType, predicate }))
}

export function subjectOf(name: string, digest: Digest): Subject {
  return { name, digest: { sha256: digest.slice("sha256:".length) } }
}

const readSchema = z.object({
  _type: z.literal(statementType),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })),
  predicateType: z.string(),
})

/** What a statement is about, and what kind it is. @throws STATE_DAMAGED for a payload that is no statement */
export function subjectsIn(payload: Uint8Array): {
  readonly subject: readonly Subject[]
  readonly predicateType: string
} {
  try {
    return readSchema.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)))
  } catch (cause) {
    throw new SignalboxError(
      "STATE_DAMAGED",
      { what: "the payload of an envelope is no in-toto statement" },
      { cause },
    )
  }
}

/** What statements about a release are about: its images, and its record. */
export function subjectsOf(record: ReleaseRecord): readonly Subject[] {
  return [
    ...record.images.map(({ repository, digest }) => subjectOf(repository, digest)),
    subjectOf("record.json", recordDigest(record)),
  ]
}

/**
 * The statement of a release: its whole record is the predicate. It is a function of the record alone, so that a check
 * computes the signed bytes from the record that it judges, and reads nothing from the envelope.
 */
export function releaseStatement(record: ReleaseRecord): string {
  return statementText(subjectsOf(record), predicateTypes.release, record)
}

/** The statement of a later judgement of a release's digests: a function of record and scan alone, as that of a release. */
export function laterScanStatement(record: ReleaseRecord, scan: ScanStatement): string {
  return statementText(subjectsOf(record), predicateTypes.scan, scan)
}
