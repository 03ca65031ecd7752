import {
  type Digest,
  ExitCode,
  type OperationKind,
  type OperationOutcome,
  type OperationStep,
  type Plan,
  type RunningSet,
  SignalboxError,
} from "../../domain/index.ts"
import { findStep } from "../engine/index.ts"
import { planOf, type StoredJournal } from "../state/index.ts"
import type { Step } from "../steps/step.ts"

/** The result of a command; the report is written from it. */
export interface CommandResult {
  readonly exitCode: ExitCode
  readonly outcome: OperationOutcome
  readonly operation?: string
  readonly kind?: OperationKind
  readonly planHash?: Digest
  readonly fence?: number
  readonly cause?: string
  /** Printed as the one error where the exit code is not 0. */
  readonly error?: SignalboxError
  readonly before?: RunningSet | null
  readonly after?: RunningSet | null
  readonly steps?: readonly OperationStep[]
}

export function done(): CommandResult {
  return { exitCode: ExitCode.pass, outcome: "done" }
}

/** The end of an operation as its journal tells it. @param steps those that this version knows. */
export function resultOf(journal: StoredJournal, steps: readonly Step[]): CommandResult {
  const plan = planOf(journal)
  const common = {
    operation: journal.operation,
    kind: journal.kind,
    planHash: journal.planHash,
    fence: journal.fence,
    steps: stepsOf(journal, steps),
    ...(journal.cause === undefined ? {} : { cause: journal.cause }),
  }
  const { outcome = "failed" } = journal
  const error = errorOf(journal, plan)
  const exitCode = error === null ? ExitCode.pass : error.exitCode
  return { ...common, outcome, exitCode, ...(error === null ? {} : { error }) }
}

function errorOf(journal: StoredJournal, plan: Plan): SignalboxError | null {
  const target = plan.target.version
  const fallback = plan.fallback?.version ?? null
  const where = journal.environment
  const why = journal.cause ?? "unknown"
  switch (journal.outcome) {
    case "verified":
      return null
    case "inconclusive":
      return withoutVerdict(
        journal,
        `${target} runs in ${where}, not verified: its load test gave no verdict`,
      )
    case "rolled-back":
      if (journal.noVerdict !== undefined)
        return withoutVerdict(
          journal,
          `the load test of ${target} gave no verdict in ${where}; ${fallback ?? "the verified version"} was restored and verified`,
        )
      return new SignalboxError("ROLLED_BACK", {
        what: `${target} failed in ${where}; ${fallback ?? "the verified version"} was restored and verified`,
        where,
        why,
        next: `${diagnosisOf(journal)}; ${heldOrNot(journal, plan)}`,
      })
    case "person-needed":
      return new SignalboxError(
        fallback === null && journal.kind !== "rollback" ? "NOTHING_VERIFIED" : "ROLLBACK_FAILED",
        {
          what:
            journal.kind === "rollback"
              ? `the rollback to ${target} failed in ${where}: a person is needed`
              : fallback === null
                ? `${target} failed in ${where}, and there is no verified release to go back to: a person is needed`
                : `${target} failed in ${where}, and so did going back to ${fallback}: a person is needed`,
          where,
          why,
          next: `${diagnosisOf(journal)}; then deploy another version`,
        },
      )
    default:
      // What a step has done before the roll-out is its own: of the release nothing was.
      if (journal.judged === true)
        return new SignalboxError("STEP_FAILED", {
          what: `${target} was not deployed to ${where}: a step before the roll-out failed; what ran there still runs`,
          where,
          why,
          next: `nothing is held: see its log, dagger call operation --environment ${where} --id ${journal.operation} --kubeconfig … reports export --path out/${journal.operation}; fix the cause and call again`,
        })
      return new SignalboxError("TOOL_FAILED", {
        what: `${target} could not be deployed; nothing was changed`,
        where,
        why,
        next: "fix the cause and call again",
      })
  }
}

/** No version is held for a test without a verdict: the same call may simply be repeated. */
function withoutVerdict(journal: StoredJournal, what: string): SignalboxError {
  const inconclusive = journal.noVerdict !== "error"
  return new SignalboxError(inconclusive ? "INCONCLUSIVE" : "TOOL_FAILED", {
    what,
    where: journal.environment,
    why: journal.cause ?? "unknown",
    next: inconclusive
      ? "nothing is held: call again, which repeats the load test; make it longer, or lower objectives.minimumRequests"
      : "nothing is held: fix the load test, then call again, which repeats it",
  })
}

/** Where the diagnosis is, as a call. */
function diagnosisOf({ environment, operation }: StoredJournal): string {
  return `see its diagnosis: dagger call operation --environment ${environment} --id ${operation} --kubeconfig … reports export --path out/${operation}`
}

/** What was only interrupted is not held, nor is what shares its record with what is back. */
function heldOrNot({ holdTarget }: StoredJournal, { target, fallback }: Plan): string {
  return holdTarget && target.record !== fallback?.record
    ? `${target.version} is held until lifted with a reason`
    : `${target.version} was not held by this: \`status\` says what is`
}

function stepsOf(journal: StoredJournal, steps: readonly Step[]): readonly OperationStep[] {
  const planned = new Map(planOf(journal).steps.map((step) => [step.id, step.title]))
  return journal.steps.map((step) => ({
    id: step.id,
    title: planned.get(step.id) ?? findStep(steps, step.id)?.title ?? step.id,
    state: step.state,
    seconds:
      step.started === undefined || step.ended === undefined
        ? 0
        : (Date.parse(step.ended) - Date.parse(step.started)) / 1000,
    note: step.note ?? null,
  }))
}
