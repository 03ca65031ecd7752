import type { Digest } from "./digest.ts"

/**
 * Where the policy came from that judged a tree.
 * - `base`: from the base revision. `approved`: the tree's own, approved by its hash.
 * - `first`: the base has no signalbox.yaml yet. `own`: no base revision is known. Neither is evidence for a protected
 *   environment, because the tree has judged itself.
 */
export const policySources = ["base", "approved", "first", "own"] as const
export type PolicySource = (typeof policySources)[number]

/** The policy that a report or a record was judged by. */
export interface PolicyIdentity {
  readonly source: PolicySource
  /** Full name of the ref that it was read from, such as `refs/remotes/origin/main`. Absent for `own`. */
  readonly ref?: string
  /** Commit of the ref. Absent for `own`. */
  readonly commit?: string
  /** Protected branch that the ref is, without its remote. Absent where the ref is no protected branch. */
  readonly branch?: string
  /** The shared policy that it extends, by digest. Absent where it extends none. */
  readonly extends?: string
  /** Digest of the policy in canonical JSON: what `--approve-policy` takes. */
  readonly hash: Digest
  /** Why there is no base revision. Only for `own`. */
  readonly why?: string
}

/** One setting that the tree's own policy has otherwise than the policy of its base. */
export interface PolicyChange {
  /** Such as `components.web.coverageMinimum`, `waivers.W-1.expires`, `environments.production.protected`. */
  readonly path: string
  /** The base's value, as signalbox.yaml would have it on one line; null where it has none. */
  readonly from: string | null
  /** The tree's own value, likewise. */
  readonly to: string | null
  /** It refuses all that the base's refuses, for certain. Absent: it may let something through. */
  readonly stricter?: true
}

/** Whether a policy came from a protected branch, or was approved by the hash of it: what protected environments need. */
export function isPolicyOfBase(policy: PolicyIdentity | undefined): boolean {
  return policy !== undefined && ["base", "approved"].includes(policy.source)
}
