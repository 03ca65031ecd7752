import type { Plan } from "../../domain/index.ts"
import type { RecordedOutcome, StoredJournal } from "../state/index.ts"
import type { StepContext } from "../steps/step.ts"
import type { StepResult } from "../steps/tools.ts"
import type { World } from "../world/index.ts"
import { stepOf } from "./catalogue.ts"
import type { Action } from "./next.ts"
import { recordOperation } from "./record.ts"
import type { Operation, Stage } from "./stage.ts"

/** One decision, with the world that it is based on. */
export interface Turn {
  readonly action: Exclude<Action, { do: "finish" }>
  readonly world: World
  readonly ledgerVersion: string | null
}

/** Does what was decided, and says what it came to. */
export async function perform(
  stage: Stage,
  operation: Operation,
  journal: StoredJournal,
  turn: Turn,
): Promise<StepResult> {
  const { action } = turn
  switch (action.do) {
    case "run":
      return stepOf(stage.steps, action.step).run(contextOf(stage, operation, journal, turn, null))
    case "driftDetected":
      return { ok: false, cause: action.cause, unjudged: true }
    case "close": {
      const context = contextOf(stage, operation, journal, turn, action.outcome)
      const result = await stepOf(stage.steps, action.step).run(context)
      return result.ok ? recorded(stage, operation, journal, turn, action.outcome) : result
    }
    case "settle":
    case "accept":
      return { ok: true, note: "" }
  }
}

async function recorded(
  stage: Stage,
  operation: Operation,
  journal: StoredJournal,
  { world, ledgerVersion }: Turn,
  outcome: RecordedOutcome,
): Promise<StepResult> {
  const at = stage.clock.now().toISOString()
  const attempt = stage.strategy.attempt(world, operation.plan)
  const facts = { outcome, at, evidence: operation.evidence, attempt }
  stage.lock.assertHeld()
  const ledger = recordOperation(world, journal, operation.plan, facts)
  await stage.store.writeLedger(ledger, ledgerVersion)
  const held = ledger.holds
    .filter((one) => one.operation === journal.operation)
    .map(({ version }) => `; ${version} is held until lifted with a reason`)
  return { ok: true, note: `recorded as ${outcome}${held.join("")}` }
}

export function contextOf(
  stage: Stage,
  { plan, settings }: Operation,
  { operation }: StoredJournal,
  { action, world }: Turn,
  outcome: RecordedOutcome | null,
): StepContext {
  const { api, actions: tools, clock, lock } = stage
  const id = action.do === "settle" ? "" : action.step
  const say = (text: string) => stage.tell({ event: "note", text })
  return { id, plan, world, operation, settings, api, tools, clock, say, signal: lock.lost, outcome }
}

/** One line of progress, as it begins. */
export function announced(stage: Stage, plan: Plan, { action, world }: Turn): string {
  if (action.do === "driftDetected") return "look once more at what runs"
  if (action.do === "settle") return ""
  return stepOf(stage.steps, action.step).announce({ id: action.step, plan, world })
}
