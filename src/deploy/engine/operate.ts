import { type Plan, SignalboxError, type StepState } from "../../domain/index.ts"
import type { Clock } from "../clock.ts"
import type { ClusterApi } from "../cluster/index.ts"
import type { HeldLock } from "../lock/index.ts"
import type { EnvironmentSettings } from "../settings.ts"
import {
  finish,
  markStep,
  type RecordedOutcome,
  type StateStore,
  type StoredJournal,
  turnBack,
  type Versioned,
  withoutVerdict,
} from "../state/index.ts"
import type { StepContext } from "../steps/step.ts"
import type { StepResult, StepTools } from "../steps/tools.ts"
import type { World } from "../world/index.ts"
import { type Members, stepOf } from "./catalogue.ts"
import { type Action, nextAction } from "./next.ts"
import { recordOperation } from "./record.ts"

/** An operation never takes this many steps; more means that the world does not change as told. */
const stepLimit = 40

export interface Operation {
  readonly plan: Plan
  readonly journal: Versioned<StoredJournal>
  readonly settings: EnvironmentSettings
  readonly evidence: string | null
}

/** What an operation acts through beside the tools of its steps. */
export interface Actions extends StepTools {
  /**
   * Pods, events and logs into the report. Returns the first cause in one line, where one is seen.
   * @param baseRevision newest revision before the operation: events from before its own are none of its causes.
   */
  diagnose(baseRevision: number): Promise<string | null>
}

/** What an operation acts through, and the steps and the strategy that it is carried out by. */
export interface Stage extends Members {
  readonly clock: Clock
  readonly lock: Pick<HeldLock, "assertHeld" | "lost">
  readonly store: StateStore
  readonly api: ClusterApi
  readonly actions: Actions
  observe(): Promise<{ readonly world: World; readonly ledgerVersion: string | null }>
  say(line: string): void
}

/**
 * Takes an operation to its end: observe, decide, write the journal, act, write the journal, again. Returns the
 * finished journal; throws, with the journal as it is, when the cluster or the lock is lost.
 */
export async function operate(stage: Stage, operation: Operation): Promise<StoredJournal> {
  let journal = operation.journal
  for (let count = 0; count < stepLimit; count++) {
    const { world, ledgerVersion } = await stage.observe()
    const action = nextAction(stage, journal.value, operation.plan, world)
    if (action.do === "finish")
      return (await write(stage, finish(journal.value, action.outcome), journal.version)).value
    journal = await take(stage, operation, journal, { action, world, ledgerVersion })
    if (journal.value.phase === "finished") return journal.value
  }
  throw new SignalboxError("INTERNAL", {
    what: `operation ${operation.journal.value.operation} did not come to an end`,
    why: `the cluster did not change as ${stepLimit} steps should have changed it`,
  })
}

interface Turn {
  readonly action: Exclude<Action, { do: "finish" }>
  readonly world: World
  readonly ledgerVersion: string | null
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
    stage.say(`settle: Helm's revision ${action.revision} was left pending by a process that died`)
    await stage.strategy.settle(stage.api, operation.settings, action.revision)
    return journal
  }
  if (action.do === "accept") {
    stage.lock.assertHeld()
    const accepted = stepOf(stage.steps, action.step).accepted
    const more = await accepted?.(contextOf(stage, operation, journal.value, turn.world, null))
    const note = action.note + (more ?? "")
    stage.say(`${action.step}: ${note}`)
    return write(stage, mark(journal.value, action.step, "done", note), journal.version)
  }
  const running = await write(stage, mark(journal.value, action.step, "running"), journal.version)
  stage.lock.assertHeld()
  stage.say(`${action.step}: ${announced(stage, operation.plan, turn)}`)
  const result = await perform(stage, operation, running.value, turn)
  stage.lock.assertHeld()
  stage.say(`${action.step}: ${result.ok ? result.note : `failed: ${result.cause}`}`)
  const note = result.ok ? result.note : result.cause
  const marked = mark(running.value, action.step, stateAfter(result, running.value), note)
  const next = result.ok ? marked : await afterFailure(stage, operation.plan, marked, result, turn.world)
  return write(stage, next, running.version)
}

/** On the way back there is nothing to leave undecided: what is not proven needs a person. */
function stateAfter(result: StepResult, { phase }: StoredJournal): StepState {
  if (result.ok) return "done"
  return result.noVerdict === undefined || phase === "back" ? "failed" : "inconclusive"
}

/** A step on the way forward that failed turns the operation around; one on the way back needs a person. */
async function afterFailure(
  stage: Stage,
  plan: Plan,
  journal: StoredJournal,
  result: Extract<StepResult, { ok: false }>,
  before: World,
): Promise<StoredJournal> {
  if (journal.phase === "back")
    return { ...journal, cause: `${journal.cause ?? ""}; then: ${result.cause}`.slice(0, 500) }
  if (result.noVerdict !== undefined) {
    const undecided = withoutVerdict(journal, result.noVerdict, result.cause)
    // Without a verdict nothing is removed: where there is nothing to go back to, the release stays, whatever was planned.
    const stays = plan.fallback === null || result.stays === true
    return stays ? undecided : turnBack(undecided, result.cause, false)
  }
  // A driver that died may have changed what this attempt did not.
  if (result.untouched === true && !stage.strategy.begun(before, plan))
    return finish(journal, "failed", result.cause)
  const seen = await diagnose(stage, plan.baseRevision)
  const cause = seen === null ? result.cause : `${seen} (${result.cause})`
  stage.say(`first cause: ${cause}`)
  return turnBack(journal, cause, result.unjudged !== true)
}

/** A diagnosis that cannot be kept, on a full disk for one, never stands in the way of going back. */
async function diagnose(stage: Stage, baseRevision: number): Promise<string | null> {
  try {
    return await stage.actions.diagnose(baseRevision)
  } catch (error) {
    stage.say(`diagnosis: not kept: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

async function perform(
  stage: Stage,
  operation: Operation,
  journal: StoredJournal,
  turn: Turn,
): Promise<StepResult> {
  const { action, world } = turn
  switch (action.do) {
    case "run":
      return stepOf(stage.steps, action.step).run(contextOf(stage, operation, journal, world, null))
    case "doubt":
      return { ok: false, cause: action.cause, unjudged: true }
    case "close": {
      const context = contextOf(stage, operation, journal, world, action.outcome)
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

function contextOf(
  stage: Stage,
  { plan, settings }: Operation,
  { operation }: StoredJournal,
  world: World,
  outcome: RecordedOutcome | null,
): StepContext {
  const { api, actions: tools, lock } = stage
  return { plan, world, operation, settings, api, tools, signal: lock.lost, outcome }
}

function announced(stage: Stage, plan: Plan, { action, world }: Turn): string {
  if (action.do === "doubt") return "look once more at what runs"
  return action.do === "settle" ? "" : stepOf(stage.steps, action.step).announce({ plan, world })
}

async function write(
  stage: Stage,
  journal: StoredJournal,
  version: string | null,
): Promise<Versioned<StoredJournal>> {
  stage.lock.assertHeld()
  return stage.store.writeJournal(journal, version)
}
