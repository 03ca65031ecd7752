import { SignalboxError, type StepState } from "../../domain/index.ts"
import { finish, markStep, type StoredJournal, type Versioned } from "../state/index.ts"
import { findStep, stepOf } from "./catalogue.ts"
import { afterFailure, stateAfter } from "./failure.ts"
import { nextAction } from "./next.ts"
import { announced, contextOf, perform, type Turn } from "./perform.ts"
import { type Operation, type Stage, write } from "./stage.ts"
import { type FirstLook, noteTested } from "./tested.ts"

/** An operation never takes this many steps; more means that its changes have no effect on the world. */
const stepLimit = 40

/**
 * Takes an operation to its end: observe, decide, write the journal, act, write the journal, again. Returns the
 * finished journal; throws, with the journal as it is, when the cluster or the lock is lost.
 */
export async function operate(stage: Stage, operation: Operation): Promise<StoredJournal> {
  let journal = operation.journal
  let first: FirstLook = null
  for (let count = 0; count < stepLimit; count++) {
    const { world, ledgerVersion } = await stage.observe()
    const action = nextAction(stage, journal.value, operation.plan, world, first)
    if (action.do === "finish")
      return (await write(stage, finish(journal.value, action.outcome), journal.version)).value
    const before = journal.value.served
    journal = await take(stage, operation, journal, { action, world, ledgerVersion })
    if (journal.value.served !== before) first = world.served?.digests ?? null
    if (journal.value.phase === "finished") return journal.value
  }
  throw new SignalboxError("INTERNAL", {
    what: `operation ${operation.journal.value.operation} did not come to an end`,
    why: `the cluster did not change as ${stepLimit} steps should have changed it`,
  })
}

async function take(
  stage: Stage,
  operation: Operation,
  journal: Versioned<StoredJournal>,
  turn: Turn,
): Promise<Versioned<StoredJournal>> {
  const { action } = turn
  const mark = (from: StoredJournal, step: string, state: StepState, note?: string) =>
    markStep(from, step, state, stage.clock.now().toISOString(), note)
  if (action.do === "settle") {
    stage.lock.assertHeld()
    const text = `settle: Helm's revision ${action.revision} was left pending by a process that died`
    stage.tell({ event: "note", text })
    await stage.strategy.settle(stage.api, operation.settings, action.revision)
    return journal
  }
  if (action.do === "accept") {
    stage.lock.assertHeld()
    const accepted = stepOf(stage.steps, action.step).accepted
    const more = await accepted?.(contextOf(stage, operation, journal.value, turn, null))
    const note = action.note + (more ?? "")
    stage.tell({ event: "step-ended", step: action.step, state: "done", text: note })
    return write(stage, mark(journal.value, action.step, "done", note), journal.version)
  }
  const tested =
    action.do === "run"
      ? noteTested(journal.value, findStep(stage.steps, action.step), turn.world)
      : journal.value
  const running = await write(stage, mark(tested, action.step, "running"), journal.version)
  stage.lock.assertHeld()
  stage.tell({ event: "step-begun", step: action.step, text: announced(stage, operation.plan, turn) })
  const result = await perform(stage, operation, running.value, turn)
  stage.lock.assertHeld()
  const note = result.ok ? result.note : result.cause
  const state = stateAfter(result, running.value)
  stage.tell({ event: "step-ended", step: action.step, state, text: note })
  const marked = mark(running.value, action.step, state, note)
  const next = result.ok
    ? marked
    : await afterFailure(stage, operation.plan, marked, action.step, result, turn.world)
  return write(stage, next, running.version)
}
