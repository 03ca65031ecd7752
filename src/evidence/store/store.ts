import type { Digest } from "../../domain/index.ts"

/** Files by relative path. */
export type Files = ReadonlyMap<string, Uint8Array>

export const evidenceKinds = ["releases", "operations", "verifications", "scans", "claims"] as const
export type EvidenceKind = (typeof evidenceKinds)[number]

export interface Stored {
  readonly digest: Digest
  /** Its address in the registry, by digest. */
  readonly reference: string
}

/**
 * Storage of evidence: in the registry, beside the images. Entries are immutable: other content under the same key is
 * refused.
 */
export interface EvidenceStore {
  /** @throws RECORD_CONFLICT when the key has other content, REGISTRY_UNREACHABLE */
  put(kind: EvidenceKind, key: string, files: Files): Promise<Stored>
  /** Undefined only when the registry answered that there is no such entry. @throws REGISTRY_UNREACHABLE */
  get(kind: EvidenceKind, key: string): Promise<{ stored: Stored; files: Files } | undefined>
  /** Every key of a kind with this prefix, unordered. @throws REGISTRY_UNREACHABLE */
  keys(kind: EvidenceKind, prefix: string): Promise<readonly string[]>
}
