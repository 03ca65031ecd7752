import type { EnvironmentConfig } from "../../config/schema/environment.ts"
import type {
  OperationKind,
  Plan,
  PlannedStep,
  ReleaseDigests,
  SignalboxError,
  StepId,
} from "../../domain/index.ts"
import type { Clock } from "../clock.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { RecordedOutcome } from "../state/index.ts"
import type { World } from "../world/index.ts"
import type { StepResult, StepTools } from "./tools.ts"

/**
 * One step of a deployment: one file here and one line in the catalogue. The engine takes the steps in the order of the
 * plan, writes the journal before and after each, and turns around when one fails; it knows none of them by name.
 *
 * Limits: `id` is stored in plans, journals and reports, and never changes. Everything but `run`, `accepted` and
 * `preflight` is pure: the same plan and world give every driver the same answer. A driver may be killed in the middle
 * of `run`, which is then called again by another one: it looks at what is there and repairs instead of repeating. A
 * step knows of no other step and writes neither journal nor ledger. A first deployment that is cut off and replaced by
 * another release is closed as it is, without rollback: the next operation begins over what it left.
 */
export interface Step {
  readonly id: string
  /** A plan lists it as often as it needs it, each time under a name: `ID:NAME`, which is the `id` in its facts. */
  readonly named?: true
  /** What it does, for reports of operations whose plan does not list it. */
  readonly title: string
  /**
   * Where it stands in a plan: `before` the release is rolled out (backup, migration), `verification` of what was rolled
   * out, in the order of the catalogue; `strategy`: only where a strategy names it; `beside`: beside the step that each of
   * its lines names.
   */
  readonly place: "before" | "verification" | "strategy" | "beside"
  /** How a plan lists it; null where this plan does not need it. Absent in steps of the rollback. */
  planned?(facts: PlanningFacts): PlannedLine | readonly PlannedLine[] | null
  /**
   * What would refuse it, by a dry run on the API server: for `plan`, and before a deployment changes anything.
   * Default: nothing.
   */
  preflight?(planned: PlannedStep, context: PreflightContext): Promise<readonly SignalboxError[]>
  /** Why there is nothing to do, in words: the world is already as the step would leave it. Null: it has to run. */
  isDone(facts: StepFacts): string | null
  /** What is left to do where it was already done; returns what to add to its note. Default: nothing. */
  accepted?(context: StepContext): Promise<string>
  /** Its result is about what runs: nothing of that may be changed by others until the operation is recorded. */
  readonly tests?: true
  /** It starts Helm, which begins nothing over a revision that a killed process left pending: settled first. */
  readonly needsSettledHelm?: true
  /** One line of progress, when it begins. */
  announce(facts: StepFacts): string
  /**
   * Acts, within its own time limit, and ends when the signal aborts: then the lock is lost.
   * @throws CLUSTER_UNREACHABLE when the API server went away: nothing is decided, the next call goes on.
   */
  run(context: StepContext): Promise<StepResult>
  /**
   * What a driver that takes an interrupted operation over does about a step that was done: `keep` it, or
   * `repeat-unless-running`: again where what the operation aims at does not run any more, because its result was about
   * that. One that was running is always done again. A function where it depends on how the plan lists it.
   */
  readonly onTakeOver: TakeOver | ((planned: PlannedStep) => TakeOver)
  /**
   * Takes back what it did, when the operation turns around; it is called even where the step was never begun, and looks
   * first. Null: the strategy's rollback covers it.
   */
  readonly wayBack: Step | null
  /** The last step of a way: it ends with the ledger's entry, which the engine writes when `run` went well. */
  readonly closes?: true
}

export type TakeOver = "keep" | "repeat-unless-running"

/** A step of a plan, in words, with the seconds after which it counts as failed. */
export interface PlannedLine extends Omit<PlannedStep, "id"> {
  /** Of a step that is `named`: its name in this plan. */
  readonly name?: string
  /** Of a step whose place is `beside`: the step that it stands next to, also where this plan does without that one. */
  readonly beside?: { readonly before: StepId } | { readonly after: StepId }
}

/** The facts that a plan is computed from. */
export interface PlanningFacts {
  readonly kind: OperationKind
  readonly target: ReleaseDigests
  readonly environment: EnvironmentConfig
  readonly world: World
  /** Whether the release has a script for load tests. */
  readonly canLoad: boolean
  /** component -> image of the release, by digest. Empty for a manual rollback. */
  readonly images: Readonly<Record<string, string>>
}

/** What a step asks with before anything is changed. */
export interface PreflightContext {
  readonly operation: string
  readonly plan: Pick<Plan, "environment" | "namespace" | "target">
  readonly api: ClusterApi
}

/** What is decided by. */
export interface StepFacts {
  /** By which the plan lists the step; its own where the plan does not. */
  readonly id: StepId
  readonly plan: Plan
  readonly world: World
}

/** What a step acts with. */
export interface StepContext extends StepFacts {
  /** Id of the operation. */
  readonly operation: string
  readonly settings: EnvironmentConfig
  readonly api: ClusterApi
  readonly tools: StepTools
  readonly clock: Clock
  /** One line of progress. */
  say(line: string): void
  /** Aborts when the lock is lost or the driver receives a signal to end. */
  readonly signal: AbortSignal
  /** What a closing step records; null for every other. */
  readonly outcome: RecordedOutcome | null
}
