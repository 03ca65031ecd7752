import type { DeployedSet } from "../../domain/index.ts"
import { holdOn, planOf, type StoredJournal, type StoredLedger, sameImages } from "../state/index.ts"

/**
 * What to do about an operation whose driver died:
 * `resume` = finish exactly its plan, which is also what is asked for now, and not held since;
 * `return` = go back to what was verified first, then do what is asked for;
 * `close` = it had come to its end, or there is nothing to return to: only the journal is closed.
 */
export type Recovery = "resume" | "return" | "close"

/** Pure; needs no new approval. `wanted` is null when nothing is to be deployed (a rollback by hand). */
export function recoveryOf(
  journal: StoredJournal,
  ledger: StoredLedger,
  wanted: DeployedSet | null,
): Recovery {
  const plan = planOf(journal)
  const recorded = ledger.entries.some((entry) => entry.operation === journal.operation)
  // What was held after its deployment was cut off is not brought any further.
  const refused = journal.phase === "forward" && holdOn(ledger, plan.target) !== undefined
  if (wanted !== null && sameRelease(plan.target, wanted) && !refused) return "resume"
  if (recorded) return "close"
  if (journal.phase === "back") return "return"
  return plan.fallback === null ? "close" : "return"
}

/** The same release with the same values; rendering may differ between an installation and an upgrade. */
export function sameRelease(a: DeployedSet, b: DeployedSet): boolean {
  return (
    a.record === b.record && a.chart === b.chart && a.values === b.values && sameImages(a.images, b.images)
  )
}
