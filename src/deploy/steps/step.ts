import type { EnvironmentConfig } from "../../config/schema/environment.ts"
import type { OperationKind, Plan, ReleaseDigests } from "../../domain/index.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { RecordedOutcome } from "../state/index.ts"
import type { World } from "../world/index.ts"
import type { StepResult, StepTools } from "./tools.ts"

/**
 * One step of a deployment: one file here and one line in the catalogue. The engine takes the steps in the order of the
 * plan, writes the journal before and after each, and turns around when one fails; it knows none of them by name.
 *
 * Limits: `id` is stored in plans, journals and reports, and never changes. Everything but `run` and `accepted` is pure:
 * the same plan and world give the same answer, whoever asks. A driver may be killed in the middle of `run`, which is
 * then called again by another one: it looks at what is there and repairs instead of repeating. A step knows of no other
 * step and writes neither journal nor ledger. A first deployment that is cut off and replaced by another release is closed
 * as it is, without ways back: the next operation begins over what it left.
 */
export interface Step {
  readonly id: string
  /** What it does, for reports of operations whose plan does not list it. */
  readonly title: string
  /**
   * Where it stands in a plan: `before` the release is rolled out (backup, migration), `verification` of what was rolled
   * out, in the order of the catalogue; `strategy`: only where a strategy names it.
   */
  readonly place: "before" | "verification" | "strategy"
  /** How a plan lists it; null where this plan does not need it. Absent in steps of the way back. */
  planned?(facts: PlanningFacts): PlannedLine | null
  /** Why there is nothing to do, in words: the world is where the step would bring it. Null: it has to run. */
  isDone(facts: StepFacts): string | null
  /** What is left to do where it was already done; returns what to add to its note. Default: nothing. */
  accepted?(context: StepContext): Promise<string>
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
   * that. One that was running is always done again.
   */
  readonly onTakeOver: "keep" | "repeat-unless-running"
  /**
   * Takes back what it did, when the operation turns around; it is called even where the step was never begun, and looks
   * first. Null: the strategy's way back covers it.
   */
  readonly wayBack: Step | null
  /** The last step of a way: it ends with the ledger's entry, which the engine writes when `run` went well. */
  readonly closes?: true
}

/** A step of a plan, in words, with the seconds after which it counts as failed. */
export interface PlannedLine {
  readonly title: string
  readonly timeoutSeconds: number
}

/** What a plan is made from. */
export interface PlanningFacts {
  readonly kind: OperationKind
  readonly target: ReleaseDigests
  readonly environment: EnvironmentConfig
  readonly world: World
  /** Whether the release brings a script for load tests. */
  readonly canLoad: boolean
}

/** What is decided by. */
export interface StepFacts {
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
  /** Aborts when the lock is lost or the driver is told to end. */
  readonly signal: AbortSignal
  /** What a closing step records; null for every other. */
  readonly outcome: RecordedOutcome | null
}
