import type { DeployedSet, Plan } from "../../domain/index.ts"
import { isComplete, isStuck } from "../helm/index.ts"
import { type StoredJournal, sameSet, stepState } from "../state/index.ts"
import { contradiction, runs, type World } from "../world/index.ts"
import { type RecordedOutcome, recordedAs } from "./record.ts"

/** What to do next; `step` is its name in the journal. */
export type Action =
  /** A Helm process died: its pending revision is marked as failed, which lets the next one begin. */
  | { readonly do: "settle"; readonly revision: number }
  /** The world is already where the step would bring it. */
  | { readonly do: "accept"; readonly step: string; readonly note: string }
  | { readonly do: "roll-out"; readonly step: "roll-out" }
  /** To a verified set: by Helm's revision where it is still there, else from the kept chart and values. */
  | {
      readonly do: "return"
      readonly step: "roll-out" | "return"
      readonly to: DeployedSet
      readonly revision: number | null
    }
  | { readonly do: "smoke"; readonly step: "smoke" | "prove"; readonly set: DeployedSet }
  | { readonly do: "load"; readonly step: "load" }
  | { readonly do: "out-of-traffic"; readonly step: "out-of-traffic" }
  /** What was proven is not what runs any more: somebody changed it in the meantime. */
  | { readonly do: "doubt"; readonly step: "verify" | "record"; readonly cause: string }
  | { readonly do: "record"; readonly step: "verify" | "record"; readonly outcome: RecordedOutcome }
  | { readonly do: "finish"; readonly outcome: RecordedOutcome }

/**
 * The next step of an operation, from what its journal says and what is there. Pure: the same journal and world give
 * the same step, whoever asks, so that a driver that takes over repairs instead of repeating.
 */
export function nextAction(journal: StoredJournal, plan: Plan, world: World): Action {
  return journal.phase === "back" ? nextBack(journal, plan, world) : nextForward(journal, plan, world)
}

function nextForward(journal: StoredJournal, plan: Plan, world: World): Action {
  if (!isDone(journal, "roll-out")) return rollOut(plan, world)
  if (!isDone(journal, "smoke")) return { do: "smoke", step: "smoke", set: plan.target }
  if (plan.steps.some((step) => step.id === "load") && !isDone(journal, "load"))
    return { do: "load", step: "load" }
  return doubt(journal, world, "verify", plan.target) ?? record(journal, world, "verify", "verified")
}

function rollOut(plan: Plan, world: World): Action {
  if (runs(world, plan.target))
    return { do: "accept", step: "roll-out", note: "already runs, all pods ready" }
  if (plan.kind === "rollback") return returnTo("roll-out", plan.target, world)
  return settleUnfinished(world) ?? { do: "roll-out", step: "roll-out" }
}

/**
 * Back to the last verified set, proven with the smoke test that verified it. A rollback that fails is never rolled
 * back; with nothing verified the failed first installation is taken out of traffic. Both need a person.
 */
function nextBack(journal: StoredJournal, plan: Plan, world: World): Action {
  const { fallback } = plan
  const lost = ["return", "prove", "record"].some((step) => failed(journal, step))
  if (lost || plan.kind === "rollback") return record(journal, world, "record", "person-needed")
  if (fallback === null) {
    if (
      stepState(journal, "out-of-traffic") === undefined ||
      stepState(journal, "out-of-traffic") === "pending"
    )
      return outOfTraffic(plan, world)
    return record(journal, world, "record", "person-needed")
  }
  if (!isDone(journal, "return")) {
    if (runs(world, fallback)) return { do: "accept", step: "return", note: "runs, all pods ready" }
    return returnTo("return", fallback, world)
  }
  if (!isDone(journal, "prove")) return { do: "smoke", step: "prove", set: fallback }
  return doubt(journal, world, "record", fallback) ?? record(journal, world, "record", "rolled-back")
}

/** Traffic is only taken from what this operation brought: what ran before it is left to a person. */
function outOfTraffic(plan: Plan, world: World): Action {
  const step = "out-of-traffic"
  if (isAdopted(plan, world))
    return { do: "accept", step, note: "left as it is: Signalbox did not deploy what ran here before" }
  if (plan.current !== null && sameSet(plan.current, plan.target))
    return { do: "accept", step, note: "left as it is: the same set ran before this operation" }
  return { do: "out-of-traffic", step }
}

/** To a complete revision with the very same objects, or else by an upgrade from what was kept. */
function returnTo(step: "roll-out" | "return", to: DeployedSet, world: World): Action {
  const revision = world.revisions.findLast((one) => isComplete(one) && one.manifests === to.manifests)
  return settleUnfinished(world) ?? { do: "return", step, to, revision: revision?.revision ?? null }
}

/** Helm lets nothing begin over a revision that was left pending, and cannot number over one that it cannot read. */
function settleUnfinished(world: World): Action | undefined {
  const stuck = world.revisions.find((one) => isStuck(one))
  return stuck === undefined ? undefined : { do: "settle", revision: stuck.revision }
}

/** The last look before a set is recorded as verified: the proof must be about what runs now. */
function doubt(
  journal: StoredJournal,
  world: World,
  step: "verify" | "record",
  set: DeployedSet,
): Action | undefined {
  const cause = recordedAs(world.ledger, journal.operation) === undefined ? contradiction(world, set) : null
  return cause === null ? undefined : { do: "doubt", step, cause: `changed while it was tested: ${cause}` }
}

function record(
  journal: StoredJournal,
  world: World,
  step: "verify" | "record",
  outcome: RecordedOutcome,
): Action {
  const recorded = recordedAs(world.ledger, journal.operation)
  if (recorded === undefined) return { do: "record", step, outcome }
  if (!isDone(journal, step)) return { do: "accept", step, note: "already in the ledger" }
  return { do: "finish", outcome: recorded }
}

/** A complete revision from before this operation that our ledger does not know: somebody else's installation. */
function isAdopted(plan: Plan, world: World): boolean {
  return world.revisions.some(
    (one) =>
      one.revision <= plan.baseRevision &&
      isComplete(one) &&
      !world.ledger.entries.some((entry) => entry.revision === one.revision),
  )
}

function isDone(journal: StoredJournal, step: string): boolean {
  const state = stepState(journal, step)
  return state === "done" || state === "skipped"
}

function failed(journal: StoredJournal, step: string): boolean {
  return stepState(journal, step) === "failed"
}
