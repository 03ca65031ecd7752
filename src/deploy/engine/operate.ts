import { type Plan, SignalboxError, type StepState } from "../../domain/index.ts"
import type { Clock } from "../clock.ts"
import type { HeldLock } from "../lock/index.ts"
import type { EnvironmentSettings } from "../settings.ts"
import {
  finish,
  markStep,
  type StateStore,
  type StoredJournal,
  turnBack,
  type Versioned,
  withoutVerdict,
} from "../state/index.ts"
import type { World } from "../world/index.ts"
import type { Actions, StepResult } from "./actions.ts"
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

/** What an operation acts through. */
export interface Stage {
  readonly clock: Clock
  readonly lock: Pick<HeldLock, "assertHeld" | "lost">
  readonly store: StateStore
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
    const action = nextAction(journal.value, operation.plan, world)
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
    await stage.actions.settle(action.revision)
    return journal
  }
  if (action.do === "accept") {
    stage.lock.assertHeld()
    const removed = action.running === undefined ? "" : await stage.actions.removeOrphans(action.running)
    const note = action.note + removed
    stage.say(`${action.step}: ${note}`)
    return write(stage, mark(journal.value, action.step, "done", note), journal.version)
  }
  const running = await write(stage, mark(journal.value, action.step, "running"), journal.version)
  stage.lock.assertHeld()
  stage.say(`${action.step}: ${titleOf(action)}`)
  const result = await perform(stage, operation, running.value, turn)
  stage.lock.assertHeld()
  stage.say(`${action.step}: ${result.ok ? result.note : `failed: ${result.cause}`}`)
  const note = result.ok ? result.note : result.cause
  const marked = mark(running.value, action.step, stateAfter(result), note)
  const next = result.ok ? marked : await afterFailure(stage, operation.plan, marked, result, turn.world)
  return write(stage, next, running.version)
}

function stateAfter(result: StepResult): StepState {
  if (result.ok) return "done"
  return result.noVerdict === undefined ? "failed" : "inconclusive"
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
    return staysUnverified(plan) ? undecided : turnBack(undecided, result.cause, false)
  }
  // A driver that died may have changed what this attempt did not.
  const begun = (before.revisions.at(-1)?.revision ?? 0) > plan.baseRevision
  if (result.untouched === true && !begun) return finish(journal, "failed", result.cause)
  const seen = await diagnose(stage, plan.baseRevision)
  const cause = seen === null ? result.cause : `${seen} (${result.cause})`
  stage.say(`first cause: ${cause}`)
  return turnBack(journal, cause, result.unjudged !== true)
}

/** Without a verdict nothing is removed: where there is nothing to go back to, the release stays, whatever was planned. */
function staysUnverified({ fallback, proof }: Plan): boolean {
  return fallback === null || proof?.load?.inconclusive === "keep"
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
  const { action } = turn
  const { actions, lock } = stage
  const { timeouts } = operation.settings
  switch (action.do) {
    case "roll-out":
      return actions.rollOut(timeouts.rollout, lock.lost)
    case "return":
      return actions.returnTo(action.to, action.revision, timeouts.rollback, lock.lost)
    case "smoke":
      return actions.smoke(action.set, action.step, timeouts.smoke, lock.lost)
    case "load":
      return actions.load(operation.plan.target, timeouts.load, lock.lost)
    case "out-of-traffic":
      return actions.outOfTraffic(action.keep)
    case "doubt":
      return { ok: false, cause: action.cause, unjudged: true }
    case "record": {
      if (action.outcome === "verified") await actions.keep(operation.plan.target)
      const facts = {
        outcome: action.outcome,
        at: stage.clock.now().toISOString(),
        evidence: operation.evidence,
      }
      stage.lock.assertHeld()
      const ledger = recordOperation(turn.world, journal, operation.plan, facts)
      await stage.store.writeLedger(ledger, turn.ledgerVersion)
      const held = ledger.holds
        .filter((one) => one.operation === journal.operation)
        .map(({ version }) => `; ${version} is held until lifted with a reason`)
      return { ok: true, note: `recorded as ${action.outcome}${held.join("")}` }
    }
    case "settle":
    case "accept":
      return { ok: true, note: "" }
  }
}

function titleOf(action: Exclude<Action, { do: "finish" } | { do: "settle" } | { do: "accept" }>): string {
  switch (action.do) {
    case "roll-out":
      return "upgrade the Helm release and wait until all pods are ready"
    case "return":
      return action.revision === null
        ? `back to ${action.to.version} from its kept chart and values`
        : `back to ${action.to.version}, Helm revision ${action.revision}`
    case "smoke":
      return `smoke test of ${action.set.version}`
    case "load":
      return "load test"
    case "out-of-traffic":
      return "nothing verified to go back to: remove the Services and Ingresses that this operation brought"
    case "doubt":
      return "look once more at what runs"
    case "record":
      return "write the ledger"
  }
}

async function write(
  stage: Stage,
  journal: StoredJournal,
  version: string | null,
): Promise<Versioned<StoredJournal>> {
  stage.lock.assertHeld()
  return stage.store.writeJournal(journal, version)
}
