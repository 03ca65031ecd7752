import { contentDigest, type Json, toJson } from "./canonical.ts"
import type { Digest } from "./digest.ts"
import type { OverrideRule } from "./override.ts"
import type { OperationKind, ReleaseDigests } from "./state.ts"

/**
 * Id of a step, as plans and journals store it: that of a kind, or `KIND:NAME` for a kind that a plan may list several
 * times. A plan with a step that this version does not have is not executed.
 */
export type StepId = string

export interface PlannedStep {
  readonly id: StepId
  /** What it will do, in words. */
  readonly title: string
  /** Seconds after which it counts as failed. */
  readonly timeoutSeconds: number
  /**
   * The exact inputs of the step, where the title does not name all of them: the hash covers them, and the step uses
   * these, even if the configuration has changed since. Never a secret. Absent for a step without inputs.
   */
  readonly details?: Readonly<Record<string, Json>>
}

/** When Helm runs an object instead of keeping it as a part of the release. */
export interface HookRule {
  /** `post-install`, `pre-upgrade`…, sorted. */
  readonly events: readonly string[]
  /** Hooks of one event run from the lowest weight to the highest. */
  readonly weight: number
  /** When Helm deletes it. Default of Helm: before a hook of the same name is made. */
  readonly deletion: readonly string[]
}

/** One object that would change. */
export interface ManifestChange {
  readonly action: "create" | "update" | "delete" | "unchanged"
  readonly kind: string
  readonly name: string
  /** Changed lines, `-`/`+` prefixed; of a secret only its key, and whether its value is another one. */
  readonly diff: readonly string[]
  /** A hook of the chart: Helm runs it at these events. Absent for a part of the release. */
  readonly hook?: HookRule
  /** A CustomResourceDefinition of the chart's `crds/`, which Helm installs before everything else, and never changes. */
  readonly definition?: true
  /** `helm.sh/resource-policy: keep`: Helm leaves it in the cluster when it goes out of the release. */
  readonly keep?: true
}

/**
 * What the verdict will rest on, beyond the tests: the limits and never the dates, so that a plan that waits for its
 * approval stays the same plan. Another access, threshold, pin, strategy or tool is another plan.
 */
export interface PlanBasis {
  /** Digest of the whole environment as it was parsed. */
  readonly environment: Digest
  /** What of it says where and by what the release is proven, in full. */
  readonly settings: Readonly<Record<string, Json>>
  /** Gates whose evidence is required. */
  readonly requiredGates: readonly string[]
  /** Those of them that had to have something to judge. Absent where there are none, and in plans of earlier versions. */
  readonly namedGates?: readonly string[]
  /** Those of them whose findings refuse nothing. Absent where there are none. */
  readonly warningGates?: readonly string[]
  /** Whose policy counts: the protected branches, and which repository and branch the environment follows (null: none). */
  readonly policy: {
    readonly protectedBranches: readonly string[]
    readonly anchor: { readonly repository: string; readonly branch: string } | null
    /**
     * Ids of the keys of which one has to have signed. Absent where no signature is required, and in plans of earlier
     * versions.
     */
    readonly signingKeys?: readonly Digest[]
  }
  /** Image of each tool that acts, with its digest where that is known. */
  readonly tools: Readonly<Record<string, string>>
  /** How long a verification counts in the environment that the release comes from; null where it comes from none. */
  readonly verifiedFor: string | null
  /** Rules that the call overrides, and why. Absent where it overrides none. */
  readonly override?: {
    readonly rules: readonly OverrideRule[]
    readonly reason: string
    /** As the call says; null: as long as the policy allows. */
    readonly until: string | null
    /** What the policy allows; null where it allows no override. */
    readonly maxAge: string | null
  }
  /** Digest of the chart's hooks and definitions, which Helm counts to no release. */
  readonly outside: Digest
}

/**
 * What happens to a release whose load test gives no verdict: it stays, unverified, or the environment returns to the
 * last verified one. The release is held in neither case.
 */
export type InconclusivePolicy = "keep" | "return"

/** The tests and objectives that verify the release once it runs: other objectives make another plan. */
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
    /** Applies when the load test gives no verdict. Absent in plans of earlier versions: `return`. */
    readonly inconclusive?: InconclusivePolicy
  } | null
  /** The objectives that a load test must meet. */
  readonly objectives: {
    readonly errorRate: number
    readonly p95Ms: number
    readonly availability: number
    readonly minimumRequests: number
    /** Statuses from 400 to 599 that are no failure. Absent in plans of earlier versions: none. */
    readonly expectedStatuses?: readonly number[]
  }
}

/** What an operation would do, for the observed state of the cluster. Its hash is what a person approves. */
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
   * Services and Ingresses (`Kind/name`) of this Helm release that existed before: they stay, however the operation
   * ends. Absent in plans of earlier versions.
   */
  readonly serving?: readonly string[]
  readonly target: ReleaseDigests
  /** The release that a failure returns to; null when none is verified yet. */
  readonly fallback: ReleaseDigests | null
  readonly steps: readonly PlannedStep[]
  /** Null for a rollback: the smoke test that verified the release before verifies it again. */
  readonly proof: PlanProof | null
  /** Absent in plans of earlier versions and of a rollback, which needs no approval. */
  readonly basis?: PlanBasis
  readonly changes: readonly ManifestChange[]
  readonly warnings: readonly string[]
  /** Id of the strategy that rolls the release out, and back. */
  readonly strategy: string
}

/** What an approval is for: equal plans have equal hashes, and any change to the plan changes its hash. */
export function planHash(plan: Plan): Digest {
  return contentDigest(toJson(plan))
}
