import { contentDigest, toJson } from "./canonical.ts"
import type { Digest } from "./digest.ts"
import type { Override } from "./override.ts"

/** The holder of the lock: shown to another client that waits for it. */
export interface Holder {
  /** user@host, or the CI job's address. */
  readonly who: string
  /** Unique per driver process. */
  readonly id: string
}

export const operationKinds = ["deploy", "promote", "rollback"] as const
export type OperationKind = (typeof operationKinds)[number]

/** Tests by hand of what runs. Only a failed one is recorded in the ledger: it revokes the verification. */
export type TestKind = "smoke" | "load"

/** The digests that make up one deployable release. */
export interface ReleaseDigests {
  readonly version: string
  readonly record: Digest
  /** component -> image digest. */
  readonly images: Readonly<Record<string, Digest>>
  readonly chart: Digest
  /** Digest of the values that were rendered. */
  readonly values: Digest
  /** Digest of the rendered manifests. */
  readonly manifests: Digest
  /**
   * Digest of the configured values files alone, without the version and the images that Signalbox adds: equal under
   * every version. Absent in what earlier versions recorded.
   */
  readonly configuration?: Digest
  /** Digest of smoke.yaml; null: every component's health path. Absent in what earlier versions recorded. */
  readonly smoke?: Digest | null
}

/** @deprecated Former name of `ReleaseDigests`. */
export type DeployedSet = ReleaseDigests

/** One line of an environment's history. Each carries the digest of the one before: a chain that shows tampering. */
export interface LedgerEntry {
  readonly sequence: number
  readonly operation: string
  readonly kind: OperationKind | TestKind
  readonly fence: number
  readonly at: string
  readonly by: string
  readonly set: ReleaseDigests
  /** Helm release revision in which it runs. */
  readonly revision: number
  readonly outcome: "verified" | "failed" | "rolled-back"
  /**
   * Its load test gave no verdict: not verified, and not held either. The outcome is then `failed` (it still runs) or
   * `rolled-back`, so that versions without this field read the entry safely.
   */
  readonly noVerdict?: NoVerdict
  /** Plan of the operation; of the deployment that was tested, where it is a test by hand. */
  readonly planHash: Digest
  /** Approvers who counted, by name; absent where the environment needs none. */
  readonly approvedBy?: readonly string[]
  /** Rules that it set aside; absent where it set none aside. */
  readonly override?: Override
  /** Where the full evidence is: a reference, not a copy. */
  readonly evidence?: string
  readonly reason?: string
  readonly previous: Digest | null
}

/** A digest set that must not be deployed until a person lifts it. */
export interface Hold {
  readonly record: Digest
  readonly version: string
  /** component -> held digest; empty where what runs instead has the same images. */
  readonly images: Readonly<Record<string, Digest>>
  /**
   * Digest of images, chart and configured values together, whatever version they go by. Absent where what runs instead
   * is the same, and in the holds of earlier versions.
   */
  readonly content?: Digest
  readonly since: string
  readonly reason: string
  readonly operation: string
}

/** ConfigMap `signalbox-ledger`, key `ledger.json`. */
export interface Ledger {
  readonly schemaVersion: 1
  readonly environment: string
  /** Highest fencing number ever used here. */
  readonly fence: number
  readonly entries: readonly LedgerEntry[]
  readonly holds: readonly Hold[]
  /** Lifted holds with their reason, newest last. */
  readonly lifted: readonly {
    readonly hold: Hold
    readonly at: string
    readonly by: string
    readonly reason: string
  }[]
}

/** Why a test says nothing about a release: too little was measured, or the test itself could not be run to its end. */
export const noVerdicts = ["inconclusive", "error"] as const
export type NoVerdict = (typeof noVerdicts)[number]

/** `inconclusive`: it ended, and gave no verdict. */
export type StepState = "pending" | "running" | "done" | "failed" | "inconclusive"

/** ConfigMap `signalbox-journal`, key `journal.json`: the running (or last) operation. */
export interface Journal {
  readonly schemaVersion: 1
  readonly operation: string
  readonly kind: OperationKind
  readonly environment: string
  readonly fence: number
  readonly planHash: Digest
  /** The approval that covers it, where it only repeats what an operation by that plan had done: that plan's hash. */
  readonly approved?: Digest
  /** The approved plan in canonical JSON (references and digests only). */
  readonly plan: string
  readonly by: string
  /** Approvers who counted, also for a driver that took it over; absent where the environment needs none. */
  readonly approvedBy?: readonly string[]
  /** Rules that it set aside; absent where it set none aside. */
  readonly override?: Override
  readonly started: string
  readonly phase: "forward" | "back" | "finished"
  readonly steps: readonly {
    readonly id: string
    readonly state: StepState
    readonly started?: string
    readonly ended?: string
    readonly note?: string
  }[]
  /** `inconclusive`: the release runs, and its load test gave no verdict. */
  readonly outcome?: "verified" | "failed" | "rolled-back" | "inconclusive" | "person-needed"
  /** The load test gave no verdict; the release is not held for it. */
  readonly noVerdict?: NoVerdict
  /** A step before the roll-out has judged, and failed: nothing was changed. Absent where none has. */
  readonly judged?: true
  /** First cause in one line, once something failed. */
  readonly cause?: string
  /** Why, in a person's words, for a rollback by hand. */
  readonly reason?: string
  /** Digest of what the tests began to run against: workloads, Services, Ingresses and ConfigMaps as they were. */
  readonly served?: Digest
}

export function entryDigest(entry: LedgerEntry): Digest {
  return contentDigest(toJson(entry))
}
