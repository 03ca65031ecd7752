import type { Digest } from "../../domain/index.ts"

/** Files by relative path. */
export type Files = ReadonlyMap<string, Uint8Array>

export const evidenceKinds = ["releases", "operations", "verifications"] as const
export type EvidenceKind = (typeof evidenceKinds)[number]

export interface Stored {
  readonly digest: Digest
  /** Where it can be found again. */
  readonly reference: string
}

/**
 * Where evidence is kept: the registry, beside the images.
 * Entries are immutable: the same key with other content is refused.
 */
export interface EvidenceStore {
  /** @throws RECORD_CONFLICT when the key holds other content, REGISTRY_UNREACHABLE when nothing could be said. */
  put(kind: EvidenceKind, key: string, files: Files): Promise<Stored>
  /** undefined only when the store was reached and has no such entry. */
  get(kind: EvidenceKind, key: string): Promise<{ stored: Stored; files: Files } | undefined>
  /** Every key of a kind that begins so, in no order. @throws REGISTRY_UNREACHABLE when nothing could be said. */
  keys(kind: EvidenceKind, prefix: string): Promise<readonly string[]>
}
