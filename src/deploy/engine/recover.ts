import type { Plan, PlanBasis, PlanProof, ReleaseDigests } from "../../domain/index.ts"
import {
  holdOn,
  planOf,
  recordedAs,
  type StoredJournal,
  type StoredLedger,
  sameBasis,
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

/** What a call requests: a set, what it is judged by, and the steps that deploy it. */
export interface Wanted {
  readonly set: ReleaseDigests
  readonly proof: PlanProof
  readonly basis: PlanBasis
  readonly steps: Plan["steps"]
  /** Whether evidence, promotion or policy would refuse it today: time has passed since it was begun. */
  readonly refused: boolean
}

/**
 * Pure; needs no new approval. `wanted` is null when nothing is to be deployed (a manual rollback). A plan with other
 * tests, settings or tools than those requested now, or with other steps, is another plan: it was not approved for these.
 * A release that would be refused today is not deployed any further.
 */
export function recoveryOf(journal: StoredJournal, ledger: StoredLedger, wanted: Wanted | null): Recovery {
  // What is recorded stands, whatever runs by now: that is judged anew, by an operation of its own.
  if (recordedAs(ledger, journal.operation) !== undefined) return "close"
  const plan = planOf(journal)
  // A set that was held after its deployment was cut off, or whose evidence does not suffice any more.
  const held = journal.phase === "forward" && holdOn(ledger, plan.target) !== undefined
  const same = wanted !== null && sameRelease(plan.target, wanted.set)
  // A manual rollback goes on whatever would be asked of a deployment: it returns to what was verified.
  const refused = held || (same && plan.kind !== "rollback" && journal.phase === "forward" && wanted.refused)
  if (same && !refused && (journal.phase === "back" || asApproved(plan, wanted))) return "resume"
  if (journal.phase === "back") return "roll-back"
  if (plan.kind === "rollback") return refused ? "roll-back" : "finish"
  return plan.fallback === null ? "close" : "roll-back"
}

/** A rollback has no steps but its own, whatever is configured. */
function asApproved(plan: Plan, { proof, basis, steps }: Wanted): boolean {
  if (!sameProof(plan.proof, proof)) return false
  return plan.kind === "rollback" || (sameBasis(plan.basis, basis) && sameDetails(plan.steps, steps))
}
