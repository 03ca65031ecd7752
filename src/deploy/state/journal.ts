import {
  canonicalJson,
  type Digest,
  type Journal,
  type NoVerdict,
  type Override,
  oneLine,
  type Plan,
  type StepState,
  toJson,
} from "../../domain/index.ts"

export interface StoredJournal extends Journal {
  /** Whether a set that is taken back gets held: true unless it was only interrupted and not judged. */
  readonly holdTarget: boolean
}

export interface JournalDraft {
  readonly operation: string
  readonly fence: number
  readonly plan: Plan
  readonly planHash: Digest
  readonly by: string
  readonly started: string
  /** A person's, for a manual rollback; the driver that finishes it records it. */
  readonly reason: string | null
  /** Hash of the approved plan that it repeats; null: its own plan is what was approved. */
  readonly approved?: Digest | null
  /** Approvers who counted. Default: none had to. */
  readonly approvedBy?: readonly string[]
  /** Rules that it sets aside. Default: none. */
  readonly override?: Override | null
}

export function openJournal(draft: JournalDraft): StoredJournal {
  const { plan, approvedBy = [] } = draft
  // Diffs are for the approver; the hash covers them, and the journal stores references only. A rollback stores none:
  // it must never be refused because its journal would be too large.
  const changes = plan.kind === "rollback" ? [] : plan.changes.map((change) => ({ ...change, diff: [] }))
  const references: Plan = { ...plan, changes }
  return {
    schemaVersion: 1,
    operation: draft.operation,
    kind: plan.kind,
    environment: plan.environment,
    fence: draft.fence,
    planHash: draft.planHash,
    plan: canonicalJson(toJson(references)),
    by: draft.by,
    ...(approvedBy.length === 0 ? {} : { approvedBy }),
    started: draft.started,
    phase: "forward",
    steps: plan.steps.map((step) => ({ id: step.id, state: "pending" })),
    holdTarget: true,
    ...(draft.reason === null ? {} : { reason: draft.reason.slice(0, 300) }),
    ...(draft.approved == null ? {} : { approved: draft.approved }),
    ...(draft.override == null ? {} : { override: draft.override }),
  }
}

/** The same, taken over by a call with approvals, and an override, of its own: what either had to set aside stays told. */
export function takenOver(
  journal: StoredJournal,
  names: readonly string[],
  override: Override | null,
): StoredJournal {
  const approvedBy = [...new Set([...(journal.approvedBy ?? []), ...names])].sort()
  const former = journal.override ?? override
  const rules = [...new Set([...(journal.override?.rules ?? []), ...(override?.rules ?? [])])].sort()
  return {
    ...journal,
    ...(approvedBy.length === 0 ? {} : { approvedBy }),
    ...(former === null ? {} : { override: { ...former, rules } }),
  }
}

/** The plan that a journal carries, without its diffs. */
export function planOf(journal: Journal): Plan {
  return JSON.parse(journal.plan) as Plan
}

export function stepState(journal: Journal, id: string): StepState | undefined {
  return journal.steps.find((step) => step.id === id)?.state
}

/** Sets a step's state, adding the step when it is one of the rollback. */
export function markStep(
  journal: StoredJournal,
  id: string,
  state: StepState,
  at: string,
  note?: string,
): StoredJournal {
  const before = journal.steps.find((step) => step.id === id)
  const ended = state === "done" || state === "failed" || state === "inconclusive"
  const step = {
    id,
    state,
    started: before?.started ?? at,
    ...(ended ? { ended: at } : {}),
    ...(note === undefined ? {} : { note: oneLine(note).slice(0, 400) }),
  }
  const steps =
    before === undefined ? [...journal.steps, step] : journal.steps.map((one) => (one.id === id ? step : one))
  return { ...journal, steps }
}

/** Its load test gave no verdict: whatever becomes of the release, it is not held for that. */
export function withoutVerdict(journal: StoredJournal, noVerdict: NoVerdict, cause: string): StoredJournal {
  return { ...journal, noVerdict, cause: oneLine(cause).slice(0, 500), holdTarget: false }
}

/** What the tests that follow run against. */
export function withServed(journal: StoredJournal, served: Digest): StoredJournal {
  return { ...journal, served }
}

/** Another rollout follows, and tests of what that brings. */
export function withoutServed(journal: StoredJournal): StoredJournal {
  const { served: _former, ...rest } = journal
  return rest
}

/** Turns around: from here on the operation goes back to what was verified. */
export function startRollback(journal: StoredJournal, cause: string, holdTarget = true): StoredJournal {
  return { ...withoutServed(journal), phase: "back", cause: oneLine(cause).slice(0, 500), holdTarget }
}

export function finish(
  journal: StoredJournal,
  outcome: NonNullable<Journal["outcome"]>,
  cause?: string,
): StoredJournal {
  const why = cause === undefined ? journal.cause : oneLine(cause)
  return { ...journal, phase: "finished", outcome, ...(why === undefined ? {} : { cause: why }) }
}

export function isUnfinished(journal: Journal | null): journal is StoredJournal {
  return journal !== null && journal.phase !== "finished"
}
