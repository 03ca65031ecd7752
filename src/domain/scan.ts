import type { Digest } from "./digest.ts"
import { type GateEvidence, type ReleaseRecord, recordDigest } from "./record.ts"
import { securityScoreName } from "./security-score.ts"

/**
 * The digests of a release, judged again by newer databases. A statement beside the release record, which never changes:
 * a database that grew too old while an approval waited costs neither a new version nor a new approval.
 */
export interface ScanStatement {
  readonly schemaVersion: 1
  /** Digest of the release record. */
  readonly record: Digest
  /** component -> digest of the image that was judged. */
  readonly images: Readonly<Record<string, Digest>>
  /** RFC 3339 date-time of the judgement. */
  readonly date: string
  /** Of the gates that use a database, and of the security score with what they have found now. */
  readonly gates: readonly GateEvidence[]
  readonly waivers: ReleaseRecord["waivers"]
}

/** The images of a record by component, as a statement about it names them. */
export function imagesOfRecord({ images }: Pick<ReleaseRecord, "images">): ScanStatement["images"] {
  const sorted = [...images].sort((a, b) => (a.component < b.component ? -1 : 1))
  return Object.fromEntries(sorted.map(({ component, digest }) => [component, digest]))
}

/** Whether a statement is about this very release, and all of its images. */
export function isScanOf(scan: ScanStatement, record: ReleaseRecord): boolean {
  const wanted = Object.entries(imagesOfRecord(record))
  return (
    scan.record === recordDigest(record) &&
    Object.keys(scan.images).length === wanted.length &&
    wanted.every(([component, digest]) => scan.images[component] === digest)
  )
}

/**
 * The evidence of a release with a later judgement of its gates: the verdict of the newer database counts, whichever it
 * is, and so does the security score with it. Waivers of both count as used, so that one that has expired since is noticed.
 */
export function withScan<E extends Pick<ReleaseRecord, "gates" | "waivers">>(
  evidence: E,
  scan: ScanStatement,
): E {
  const newer = new Map(scan.gates.map((gate) => [gate.gate, gate]))
  const hasNewer = ({ gate, database }: GateEvidence): boolean => {
    const later = newer.get(gate)?.database
    if (later === undefined || database === undefined) return false
    return Date.parse(later.date) > Date.parse(database.date)
  }
  const isNewer = evidence.gates.some(hasNewer)
  const gates = evidence.gates.map((gate): GateEvidence => {
    const later = newer.get(gate.gate)
    if (later === undefined || !(hasNewer(gate) || (isNewer && gate.gate === securityScoreName))) return gate
    const { required: _ofScan, onFail: _ofItToo, ...judged } = later
    return {
      ...judged,
      ...(gate.required === undefined ? {} : { required: gate.required }),
      ...(gate.onFail === undefined ? {} : { onFail: gate.onFail }),
    }
  })
  return { ...evidence, gates, waivers: [...evidence.waivers, ...scan.waivers] }
}
