import type { EnvironmentConfig } from "../../config/schema/environment.ts"
import type { Plan } from "../../domain/index.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { StoredLedger } from "../state/index.ts"
import type { World } from "../world/index.ts"

/**
 * How a release is rolled out, and how the one before it is restored: one file here and one line in the catalogue.
 * Which Helm releases there are, what they are called and which of their revisions is current is the strategy's alone;
 * the engine and the commands ask the world that it observed.
 *
 * Limits: `id` is stored in plans and journals, and never changes. `observe` only reads; `settle` changes nothing but the
 * given revision; everything else is pure. A strategy names the steps that are its own, and leaves the places
 * of all others to them. It never ends a way with anything but a step that closes it.
 */
export interface Strategy {
  /** Its name in the catalogue. */
  readonly id: string
  /** Ids of a plan's steps, in their order; the last one closes it. */
  steps(facts: ForwardFacts): readonly string[]
  /** Ids of the steps that take an operation back, in their order; the last one closes it. */
  returnSteps(facts: BackFacts): readonly string[]
  /**
   * Reads what is there. Each revision has a number that no other one in the environment has: ledger, plans and
   * `rollback --revision` name it by that. What counts as running is `current`; rollout, pods and traffic are about it.
   */
  observe(api: ClusterApi, settings: EnvironmentConfig, ledger: StoredLedger): Promise<World>
  /** Lets Helm go on after a process that died over a revision: pending becomes failed, what cannot be read goes. */
  settle(api: ClusterApi, settings: EnvironmentConfig, revision: number): Promise<void>
  /** Whether anything was rolled out since a plan was created: by its operation, or by a driver of it that died. */
  begun(world: World, plan: Plan): boolean
  /** Number of the revision in which a plan's target ran, or would have run. */
  attempt(world: World, plan: Plan): number
}

/** What a strategy's module gives as `strategy`; its name stands in the catalogue. */
export type StrategyMember = Omit<Strategy, "id">

export interface ForwardFacts {
  /** Steps that this plan needs before the release is rolled out, and those that test it; each in its order. */
  readonly before: readonly string[]
  readonly verification: readonly string[]
}

export interface BackFacts {
  /** Null: there is no verified release to go back to, and nothing may be called verified at the end. */
  readonly fallback: Plan["fallback"]
  /** The rollback steps of the plan's own steps, the last step's first. */
  readonly wayBack: readonly string[]
}
