import {
  ExitCode,
  type Journal,
  type NoVerdict,
  type OperationOutcome,
  type OperationReport,
} from "../../domain/index.ts"

/**
 * The report of an operation whose driver was killed before it wrote one, from the journal in the environment. An
 * operation that did not finish counts as failed, whatever its steps say.
 */
export function reportOfJournal(journal: Journal): OperationReport {
  const { operation, kind, environment, fence, planHash, started, steps } = journal
  const outcome = outcomeOf(journal)
  const withoutVerdict =
    outcome === "inconclusive" || outcome === "rolled-back" ? journal.noVerdict : undefined
  const ended = steps.flatMap((step) => step.ended ?? step.started ?? []).at(-1) ?? started
  return {
    schemaVersion: 1,
    command: kind === "rollback" ? "rollback" : "run",
    environment,
    namespace: "",
    operation,
    call: operation,
    kind,
    planHash,
    fence,
    known: null,
    exitCode: withoutVerdict === undefined ? exitCodes[outcome] : noVerdictCodes[withoutVerdict],
    outcome,
    cause:
      journal.cause ??
      (journal.phase === "finished"
        ? null
        : "the driver was interrupted: the next run finishes the operation or rolls back"),
    error: null,
    started,
    ended,
    before: null,
    after: null,
    steps: steps.map((step) => ({
      id: step.id,
      title: step.id,
      state: step.state,
      seconds: seconds(step.started, step.ended),
      note: step.note ?? null,
    })),
    files: [],
  }
}

const exitCodes = {
  done: ExitCode.pass,
  verified: ExitCode.pass,
  "rolled-back": ExitCode.rolledBack,
  failed: ExitCode.error,
  inconclusive: ExitCode.inconclusive,
  refused: ExitCode.refused,
  "person-needed": ExitCode.person,
} as const satisfies Record<OperationOutcome, ExitCode>

const noVerdictCodes = {
  inconclusive: ExitCode.inconclusive,
  error: ExitCode.error,
} as const satisfies Record<NoVerdict, ExitCode>

function outcomeOf({ phase, outcome }: Journal): OperationOutcome {
  return phase === "finished" ? (outcome ?? "failed") : "failed"
}

function seconds(started: string | undefined, ended: string | undefined): number {
  if (started === undefined || ended === undefined) return 0
  const elapsed = (Date.parse(ended) - Date.parse(started)) / 1000
  return Number.isFinite(elapsed) ? Math.max(0, elapsed) : 0
}
