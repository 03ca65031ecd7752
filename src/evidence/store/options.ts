import type { RegistryClient } from "../registry/client.ts"
import type { EvidenceKind, EvidenceStore } from "./store.ts"

/** The store that a command works on. */
export interface OpenStore {
  readonly store: EvidenceStore
  readonly client: RegistryClient
  readonly registry: string
}

/** Options of a command; what was not given is empty. */
export interface CommandOptions {
  readonly kind: EvidenceKind
  readonly key: string
  readonly in: string
  readonly out: string
  /** Id of a claim. */
  readonly claim: string
  /** Of `get`: refuse a release whose stored files are not those of its record. */
  readonly whole: boolean
  /** Files that hold a private key and its password. */
  readonly signKey: string
  readonly signPassword: string
}
