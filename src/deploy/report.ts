import type { Digest, LedgerEntry, RunningSet } from "../domain/index.ts"

/** `status.json` of `observe`. */
export interface StatusReport {
  readonly schemaVersion: 1
  readonly environment: string
  readonly namespace: string
  readonly cluster: string
  readonly running: RunningSet
  /** Version, digests and verification of the newest ledger entry that runs; null when nothing was deployed by us. */
  readonly current: {
    readonly version: string
    readonly record: Digest
    readonly images: Readonly<Record<string, Digest>>
    readonly since: string
    readonly by: string
    readonly verified: boolean
    /** Why it is not verified; null where it is. */
    readonly unverified: string | null
    readonly verificationExpires: string | null
  } | null
  /** In what the cluster differs from what is recorded of `current`, a line each. */
  readonly differences: readonly string[]
  readonly lock: { readonly holder: string; readonly fence: number } | null
  /** Operation that was not finished; the next acting call does that first. */
  readonly interrupted: {
    readonly operation: string
    /** Version that it was to bring. */
    readonly version: string
    readonly phase: string
    readonly step: string | null
  } | null
  readonly holds: readonly { readonly version: string; readonly reason: string; readonly since: string }[]
  readonly history: readonly {
    readonly sequence: number
    readonly at: string
    readonly by: string
    readonly kind: LedgerEntry["kind"]
    readonly version: string
    readonly revision: number
    readonly outcome: string
    readonly reason: string | null
  }[]
}
