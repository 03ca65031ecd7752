import { oneLine, type Plan, type StepEvent } from "../../domain/index.ts"
import { finish, type StoredJournal, startRollback, stepState, withoutVerdict } from "../state/index.ts"
import type { StepResult } from "../steps/tools.ts"
import type { World } from "../world/index.ts"
import { findStep } from "./catalogue.ts"
import type { Stage } from "./stage.ts"

/** How a step may end. */
type EndState = Extract<StepEvent, { event: "step-ended" }>["state"]

/** A rollback leaves nothing undecided: a result that is not proven needs a person. */
export function stateAfter(result: StepResult, { phase }: StoredJournal): EndState {
  if (result.ok) return "done"
  return result.noVerdict === undefined || phase === "back" ? "failed" : "inconclusive"
}

/** A failed step of the deployment starts the rollback; a failed step of the rollback needs a person. */
export async function afterFailure(
  stage: Stage,
  plan: Plan,
  journal: StoredJournal,
  step: string,
  result: Extract<StepResult, { ok: false }>,
  before: World,
): Promise<StoredJournal> {
  if (journal.phase === "back")
    return { ...journal, cause: oneLine(`${journal.cause ?? ""}; then: ${result.cause}`).slice(0, 500) }
  if (result.noVerdict !== undefined) {
    const undecided = withoutVerdict(journal, result.noVerdict, result.cause)
    // Without a verdict nothing is removed: where there is nothing to go back to, the release stays, whatever was planned.
    const stays = plan.fallback === null || result.stays === true
    return stays ? undecided : startRollback(undecided, result.cause, false)
  }
  // A driver that died may have changed what this attempt did not.
  if (result.untouched === true && !stage.strategy.begun(before, plan)) {
    // Nor is it the release's fault: nothing is held, and only what steps before it did is taken back.
    const changed = hasChanged(stage, plan, journal, step)
    if (changed) return startRollback(journal, result.cause, false)
    return finish(result.judged === true ? { ...journal, judged: true } : journal, "failed", result.cause)
  }
  const diagnosed = await diagnose(stage, plan.baseRevision)
  // Pods that wait beside what was refused say nothing about it.
  const cause =
    diagnosed === null || result.explained === true ? result.cause : `${diagnosed} (${result.cause})`
  stage.tell({ event: "note", text: `first cause: ${cause}` })
  return startRollback(journal, cause, result.unjudged !== true)
}

/** Whether a step of this operation, other than the one that failed, did what it has to take back. */
function hasChanged({ steps }: Stage, plan: Plan, journal: StoredJournal, failed: string): boolean {
  return plan.steps.some(({ id }) => {
    const begun = id !== failed && stepState(journal, id) !== "pending"
    return begun && findStep(steps, id)?.wayBack != null
  })
}

/** A diagnosis that cannot be stored, on a full disk for one, never stops a rollback. */
async function diagnose(stage: Stage, baseRevision: number): Promise<string | null> {
  try {
    return await stage.actions.diagnose(baseRevision)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    stage.tell({ event: "note", text: `diagnosis: not stored: ${why}` })
    return null
  }
}
