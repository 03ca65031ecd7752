import { contentDigest, type Json, toJson } from "./canonical.ts"
import type { Digest } from "./digest.ts"
import type { OperationKind, ReleaseDigests } from "./state.ts"

/**
 * Id of a step, as plans and journals store it: that of a kind, or `KIND:NAME` for a kind that a plan may list several
 * times. A plan with one that this version does not know is not carried out.
 */
export type StepId = string

export interface PlannedStep {
  readonly id: StepId
  /** What it will do, in words. */
  readonly title: string
  /** Seconds after which it counts as failed. */
  readonly timeoutSeconds: number
  /**
   * What exactly it does, where words do not say all of it: the hash covers it, and it is carried out as it stands here,
   * whatever the configuration says by then. Never a secret. Absent where the step's own code is all.
   */
  readonly details?: Readonly<Record<string, Json>>
}

/** One object that would change. */
export interface ManifestChange {
  readonly action: "create" | "update" | "delete" | "unchanged"
  readonly kind: string
  readonly name: string
  /** Changed lines, `-`/`+` prefixed; of a secret only its key, and whether its value is another one. */
  readonly diff: readonly string[]
}

/**
 * What becomes of a release whose load test gives no verdict: it stays, unverified, or the last verified one comes back.
 * It is held in neither case.
 */
export type InconclusivePolicy = "keep" | "return"

/** What the release is held against once it runs: a lower bar is another plan. */
export interface PlanProof {
  readonly smoke: {
    /** `smoke.yaml` of the release, or every component's health path where it has none. */
    readonly source: "smoke.yaml" | "health paths"
    readonly digest: Digest
  }
  /** Null where no load is run. */
  readonly load: {
    readonly profile: string
    readonly scale: number
    readonly users: number
    readonly durationSeconds: number
    readonly rampUpSeconds: number
    /** Digest of the release's `load.js`. */
    readonly script: Digest
    /** What becomes of the release when its load test gives no verdict. Absent in plans of earlier versions: `return`. */
    readonly inconclusive?: InconclusivePolicy
  } | null
  /** What a load must keep to. */
  readonly objectives: {
    readonly errorRate: number
    readonly p95Ms: number
    readonly availability: number
    readonly minimumRequests: number
    /** Statuses from 400 to 599 that are no failure. Absent in plans of earlier versions: none. */
    readonly expectedStatuses?: readonly number[]
  }
}

/** What will be done, bound to what was seen. Its hash is what a person approves. */
export interface Plan {
  readonly schemaVersion: 1
  readonly kind: OperationKind
  readonly project: string
  readonly environment: string
  readonly namespace: string
  /** Helm release name. */
  readonly releaseName: string
  /** UID of the namespace: the same names in another cluster are another plan. */
  readonly cluster: string
  /** Helm revision that the plan starts from; 0 on a first install. */
  readonly baseRevision: number
  /** What runs now according to the ledger, null on a first deployment. */
  readonly current: ReleaseDigests | null
  /**
   * Services and Ingresses (`Kind/name`) of this Helm release that were there before: they stay, however the operation
   * ends. Absent in plans of earlier versions.
   */
  readonly serving?: readonly string[]
  readonly target: ReleaseDigests
  /** Where a failure goes back to; null when nothing is verified yet. */
  readonly fallback: ReleaseDigests | null
  readonly steps: readonly PlannedStep[]
  /** Null for a rollback: it is proven by the smoke test that verified the set before. */
  readonly proof: PlanProof | null
  readonly changes: readonly ManifestChange[]
  readonly warnings: readonly string[]
  /** Id of the strategy that brings the release, and that takes it back. */
  readonly strategy: string
}

/** Source of the approval: equal plans have equal hashes, any moved fact changes it. */
export function planHash(plan: Plan): Digest {
  return contentDigest(toJson(plan))
}
