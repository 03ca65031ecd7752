import type { Plan, PlanProof, ReleaseDigests } from "../../domain/index.ts"
import {
  holdOn,
  planOf,
  recordedAs,
  type StoredJournal,
  type StoredLedger,
  sameDetails,
  sameProof,
  sameRelease,
} from "../state/index.ts"

/**
 * What to do about an operation whose driver died:
 * `resume` = finish exactly its plan, which is also what is requested now, and not held since;
 * `roll-back` = go back to what was verified first, then do what is requested;
 * `finish` = finish its rollback to what was verified first, then do what is requested;
 * `close` = the ledger has how it ended, or there is nothing to return to: only the journal is closed.
 */
export type Recovery = "resume" | "roll-back" | "finish" | "close"

/** What a call requests: a set, the tests that it is judged by, and the steps that deploy it. */
export interface Wanted {
  readonly set: ReleaseDigests
  readonly proof: PlanProof
  readonly steps: Plan["steps"]
}

/**
 * Pure; needs no new approval. `wanted` is null when nothing is to be deployed (a manual rollback). A plan with other
 * tests than those requested now, or with other steps, is another plan: it was not approved for these.
 */
export function recoveryOf(journal: StoredJournal, ledger: StoredLedger, wanted: Wanted | null): Recovery {
  // What is recorded stands, whatever runs by now: that is judged anew, by an operation of its own.
  if (recordedAs(ledger, journal.operation) !== undefined) return "close"
  const plan = planOf(journal)
  // A set that was held after its deployment was cut off is not deployed any further.
  const refused = journal.phase === "forward" && holdOn(ledger, plan.target) !== undefined
  const same = wanted !== null && sameRelease(plan.target, wanted.set)
  if (same && !refused && (journal.phase === "back" || asApproved(plan, wanted))) return "resume"
  if (journal.phase === "back") return "roll-back"
  if (plan.kind === "rollback") return refused ? "roll-back" : "finish"
  return plan.fallback === null ? "close" : "roll-back"
}

/** A rollback has no steps but its own, whatever is configured. */
function asApproved(plan: Plan, { proof, steps }: Wanted): boolean {
  return sameProof(plan.proof, proof) && (plan.kind === "rollback" || sameDetails(plan.steps, steps))
}
