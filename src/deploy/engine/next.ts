import { type Plan, type ReleaseDigests, SignalboxError } from "../../domain/index.ts"
import { isStuck } from "../helm/index.ts"
import { type RecordedOutcome, recordedAs, type StoredJournal, stepState } from "../state/index.ts"
import type { Step } from "../steps/step.ts"
import { drift, type World } from "../world/index.ts"
import { closingStep, findStep, type Members, returnSteps, stepOf } from "./catalogue.ts"
import { changedSince, type FirstLook } from "./tested.ts"

/** What to do next; `step` is its name in the journal. */
export type Action =
  /** A Helm process died: its pending revision is marked as failed, which lets the next one begin. */
  | { readonly do: "settle"; readonly revision: number }
  /** The world is already where the step would bring it. */
  | { readonly do: "accept"; readonly step: string; readonly note: string }
  | { readonly do: "run"; readonly step: string }
  /** The tested release is not the running one any more: another client changed it in the meantime. */
  | { readonly do: "driftDetected"; readonly step: string; readonly cause: string }
  | { readonly do: "close"; readonly step: string; readonly outcome: RecordedOutcome }
  | { readonly do: "finish"; readonly outcome: RecordedOutcome }

/**
 * The next step of an operation, from its journal and the observed world. Pure: the same journal and world give every
 * driver the same step, so that a driver that takes over repairs instead of repeating.
 * @param first what this driver saw when the tests began, to name what has changed since. Default: another one saw it.
 */
export function nextAction(
  members: Members,
  journal: StoredJournal,
  plan: Plan,
  world: World,
  first: FirstLook = null,
): Action {
  const action =
    asRecorded(members, journal, plan, world) ??
    (journal.phase === "back"
      ? nextBack(members, journal, plan, world)
      : nextForward(members, journal, plan, world))
  const isGood = action.do === "close" && (action.outcome === "verified" || action.outcome === "rolled-back")
  const changed = isGood ? changedSince(journal, world, first) : null
  return changed === null || !isGood ? action : changedWhileTested(action.step, changed)
}

/** What the ledger has of an operation stands: only the journal is still to be closed. */
function asRecorded(members: Members, journal: StoredJournal, plan: Plan, world: World): Action | undefined {
  const outcome = recordedAs(world.ledger, journal.operation)
  if (outcome === undefined) return undefined
  const way = journal.phase === "back" ? returnSteps(members, plan) : knownSteps(members, plan)
  const { id } = closingStep(way, plan.environment)
  return isDone(journal, id)
    ? { do: "finish", outcome }
    : { do: "accept", step: id, note: "already in the ledger" }
}

function nextForward(members: Members, journal: StoredJournal, plan: Plan, world: World): Action {
  const way = plannedSteps(members, plan)
  const closing = closingStep(way, plan.environment)
  const open = way.find((step) => step !== closing && !isDone(journal, step.id))
  if (open !== undefined && journal.noVerdict === undefined) return turn(open, plan, world)
  if (journal.noVerdict !== undefined) return { do: "close", step: closing.id, outcome: "inconclusive" }
  assertAllDone(journal, plan, closing)
  return driftDetected(world, closing, plan.target) ?? { do: "close", step: closing.id, outcome: "verified" }
}

/**
 * A plan may come from a newer version by way of the journal. @throws INTERNAL before anything is done: a step that was
 * passed over would be called verified. The rollback needs none of them and stays possible.
 */
function plannedSteps({ steps }: Members, plan: Plan): readonly Step[] {
  const unknown = plan.steps.map((step) => step.id).filter((id) => findStep(steps, id) === undefined)
  if (unknown.length === 0) return plan.steps.map(({ id }) => stepOf(steps, id))
  throw new SignalboxError("INTERNAL", {
    what: `the plan has steps that this version does not know: ${unknown.join(", ")}`,
    where: plan.environment,
    why: `it knows ${steps.map(({ id }) => id).join(", ")}`,
    next: "call again with the version that made the plan, or go back: dagger call rollback",
  })
}

/** Those of a plan's steps that this version knows: enough to close what another version has recorded. */
function knownSteps({ steps }: Members, plan: Plan): readonly Step[] {
  return plan.steps.flatMap(({ id }) => findStep(steps, id) ?? [])
}

/** @throws INTERNAL where a planned step has not ended well: nothing is called verified by what did not run. */
function assertAllDone(journal: StoredJournal, plan: Plan, closing: Step): void {
  const left = plan.steps.filter((step) => step.id !== closing.id && !isDone(journal, step.id))
  if (left.length === 0) return
  throw new SignalboxError("INTERNAL", {
    what: `${plan.target.version} cannot be recorded as verified: steps of its plan did not end`,
    where: plan.environment,
    why: left.map((step) => `${step.id}: ${stepState(journal, step.id) ?? "not in the journal"}`).join(", "),
    next: "call again; please report it if it stays",
  })
}

/**
 * Back to the last verified set, proven with the smoke test that verified it. A rollback that fails is never rolled
 * back; with no verified release to go back to, nothing is called verified. Both need a person.
 */
function nextBack(members: Members, journal: StoredJournal, plan: Plan, world: World): Action {
  const { fallback } = plan
  const way = returnSteps(members, plan)
  const closing = closingStep(way, plan.environment)
  const personNeeded = { do: "close", step: closing.id, outcome: "person-needed" } as const
  if (plan.kind === "rollback" || way.some((step) => failed(journal, step.id))) return personNeeded
  const open = way.find((step) => step !== closing && !isDone(journal, step.id))
  if (open !== undefined) return turn(open, plan, world)
  if (fallback === null) return personNeeded
  return driftDetected(world, closing, fallback) ?? { do: "close", step: closing.id, outcome: "rolled-back" }
}

/** A step that is not done: the world may have come there by itself; Helm may have to be let go on first. */
function turn(step: Step, plan: Plan, world: World): Action {
  const note = step.isDone({ id: step.id, plan, world })
  if (note !== null) return { do: "accept", step: step.id, note }
  // Helm lets nothing begin over a revision that was left pending, and cannot number over one that it cannot read.
  const stuck = step.needsSettledHelm === true ? world.revisions.find(isStuck) : undefined
  return stuck === undefined ? { do: "run", step: step.id } : { do: "settle", revision: stuck.revision }
}

/** The last look before a set is recorded as verified: the proof must be about what runs now. */
function driftDetected(world: World, closing: Step, set: ReleaseDigests): Action | undefined {
  const cause = drift(world, set)
  return cause === null ? undefined : changedWhileTested(closing.id, cause)
}

function changedWhileTested(step: string, what: string): Action {
  return { do: "driftDetected", step, cause: `changed while it was tested: ${what}` }
}

function isDone(journal: StoredJournal, step: string): boolean {
  return stepState(journal, step) === "done"
}

function failed(journal: StoredJournal, step: string): boolean {
  return stepState(journal, step) === "failed"
}
