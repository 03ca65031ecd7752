import { planOf, type StoredJournal, withoutServed } from "../state/index.ts"
import type { Step, TakeOver } from "../steps/step.ts"
import { findStep } from "./catalogue.ts"

/**
 * Another driver takes the operation over: what was running when the last one died counts as not done, and a test
 * without a verdict is run once more.
 * @param there whether what the operation aims at runs; if not, steps whose result was about that are done again.
 */
export function resume(
  steps: readonly Step[],
  journal: StoredJournal,
  fence: number,
  there: boolean,
): StoredJournal {
  const forward = journal.phase !== "back"
  const planned = new Map(planOf(journal).steps.map((one) => [one.id, one]))
  const onTakeOver = (id: string): TakeOver | undefined => {
    const rule = findStep(steps, id)?.onTakeOver
    const listed = planned.get(id)
    if (typeof rule !== "function") return rule
    return listed === undefined ? undefined : rule(listed)
  }
  const states = journal.steps.map((step) => {
    // In a rollback, the steps of the deployment are history.
    const again = planned.has(step.id) === forward && onTakeOver(step.id) === "repeat-unless-running"
    const stale = !there && step.state === "done" && again
    const undecided = forward && step.state === "inconclusive"
    if (step.state !== "running" && !stale && !undecided) return step
    return { id: step.id, state: "pending" as const, note: "interrupted, done again" }
  })
  // What does not run any more is brought once more, and its tests are about that.
  const current = there ? journal : withoutServed(journal)
  if (!forward || journal.noVerdict === undefined) return { ...current, fence, steps: states }
  const { noVerdict: _repeated, cause: _ofThat, ...undecided } = current
  return { ...undecided, fence, steps: states, holdTarget: true }
}
