import type { LedgerEntry, Plan } from "../../domain/index.ts"
import { append, hold, type RecordedOutcome, type StoredJournal, type StoredLedger } from "../state/index.ts"
import type { World } from "../world/index.ts"

export interface RecordFacts {
  readonly outcome: RecordedOutcome
  readonly at: string
  readonly evidence: string | null
  /** Revision in which the plan's target ran, or would have run. */
  readonly attempt: number
}

/**
 * The ledger after an operation: one entry for what was deployed, one more for what came back instead of it, and the
 * hold on what was taken back.
 */
export function recordOperation(
  world: World,
  journal: StoredJournal,
  plan: Plan,
  facts: RecordFacts,
): StoredLedger {
  const running = world.current?.revision ?? 0
  const common = {
    operation: journal.operation,
    fence: journal.fence,
    at: facts.at,
    by: journal.by,
    planHash: journal.planHash,
    ...(facts.evidence === null ? {} : { evidence: facts.evidence }),
  }
  const approved = {
    ...(journal.approvedBy === undefined ? {} : { approvedBy: journal.approvedBy }),
    ...(journal.override === undefined ? {} : { override: journal.override }),
  }
  const why = (text: string | null | undefined) => (text == null ? {} : { reason: text.slice(0, 300) })
  if (facts.outcome === "verified") {
    const entry = {
      ...common,
      ...approved,
      kind: plan.kind,
      set: plan.target,
      revision: running,
      outcome: "verified" as const,
    }
    const ledger = append(world.ledger, { ...entry, ...why(journal.reason) })
    return plan.kind === "rollback" ? holdLeft(ledger, journal, plan, facts) : ledger
  }
  const outcome: LedgerEntry["outcome"] = facts.outcome === "rolled-back" ? "rolled-back" : "failed"
  const revision = facts.outcome === "inconclusive" ? running : facts.attempt
  // An operation that needs a person is recorded as that alone: its rollback failed, whatever the reason for it.
  const noVerdict = facts.outcome === "person-needed" ? undefined : journal.noVerdict
  const entry = {
    ...{ ...common, ...approved, kind: plan.kind, set: plan.target, revision, outcome },
    ...(noVerdict === undefined ? {} : { noVerdict }),
    ...why(journal.cause),
  }
  const withFailed = holdFailed(append(world.ledger, entry), journal, plan, facts)
  if (facts.outcome !== "rolled-back" || plan.fallback === null) return withFailed
  const back = { ...common, kind: "rollback" as const, set: plan.fallback, revision: running }
  return append(withFailed, { ...back, outcome: "verified", ...why(`back from ${plan.target.version}`) })
}

function holdFailed(
  ledger: StoredLedger,
  journal: StoredJournal,
  plan: Plan,
  facts: RecordFacts,
): StoredLedger {
  // A rollback that failed says nothing against its verified target; one that was interrupted or whose load test gave
  // no verdict was not judged.
  if (!journal.holdTarget || plan.kind === "rollback") return ledger
  const reason = (journal.cause ?? "failed").slice(0, 300)
  return hold(ledger, plan.target, plan.fallback, { since: facts.at, reason, operation: journal.operation })
}

/** A manual rollback holds the set that it rolled back from. */
function holdLeft(
  ledger: StoredLedger,
  journal: StoredJournal,
  plan: Plan,
  facts: RecordFacts,
): StoredLedger {
  if (plan.current === null) return ledger
  const reason = (journal.reason ?? "rolled back by hand").slice(0, 300)
  return hold(ledger, plan.current, plan.target, { since: facts.at, reason, operation: journal.operation })
}
