import type { KnownSecrets } from "../../chart/index.ts"
import type { Digest } from "../../domain/index.ts"
import type { Access } from "../access/index.ts"
import type { Clock } from "../clock.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { Actions } from "../engine/index.ts"
import type { Helm } from "../helm/index.ts"
import type { ReleaseInputs, Target } from "../plan/index.ts"
import type { Children } from "../process/children.ts"
import type { StateStore } from "../state/index.ts"
import type { Step } from "../steps/step.ts"
import type { Strategy } from "../strategies/strategy.ts"
import type { DriverInput } from "./input.ts"
import type { Recorder } from "./recorder.ts"

/** The release that a deployment rolls out; null for a manual rollback. */
export interface RenderedRelease {
  readonly target: Target
  readonly inputs: ReleaseInputs
}

/** Everything that one call of the driver acts through. */
export interface DriverSession {
  readonly input: DriverInput
  readonly api: ClusterApi
  readonly store: StateStore
  readonly helm: Helm
  readonly children: Children
  readonly clock: Clock
  readonly recorder: Recorder
  /** What operations may consist of. */
  readonly steps: readonly Step[]
  readonly strategies: readonly Strategy[]
  /** Directory in memory for generated files. */
  readonly work: string
  /** Directory in memory for what programs of the tests read: they run as another user, to whom `work` is closed. */
  readonly testsWork: string
  readonly kubeconfig: string
  /** Secrets that this call has read, and removes from all output of programs and the cluster. */
  readonly secrets: KnownSecrets
  /** Manifests that were searched for secrets. */
  readonly learnt: Set<Digest>
  /** Aborts when the driver receives a signal to end. */
  readonly interrupt: AbortSignal
  /** The operation that this call works on, as soon as it holds the environment: a failed call names it too. */
  held: { readonly operation: string; readonly fence: number } | null
  /** UID of the environment's namespace, as soon as it was read. */
  cluster: string | null
  access(): Access
  /** The changes of an operation, for the release that it rolls out (null: a manual rollback). */
  actions(operation: string, rendered: RenderedRelease | null): Actions
  close(): Promise<void>
}
