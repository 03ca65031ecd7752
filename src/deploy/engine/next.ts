import { type DeployedSet, type Plan, SignalboxError, stepIds } from "../../domain/index.ts"
import { isComplete, isStuck } from "../helm/index.ts"
import { type StoredJournal, stepState } from "../state/index.ts"
import { contradiction, runs, type World } from "../world/index.ts"
import { type RecordedOutcome, recordedAs } from "./record.ts"

/** What to do next; `step` is its name in the journal. */
export type Action =
  /** A Helm process died: its pending revision is marked as failed, which lets the next one begin. */
  | { readonly do: "settle"; readonly revision: number }
  /** The world is already where the step would bring it. */
  | {
      readonly do: "accept"
      readonly step: string
      readonly note: string
      /** It runs already: whoever brought it may have died before the orphans were removed. */
      readonly running?: DeployedSet
    }
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
  | { readonly do: "out-of-traffic"; readonly step: "out-of-traffic"; readonly keep: readonly string[] }
  /** What was proven is not what runs any more: somebody changed it in the meantime. */
  | { readonly do: "doubt"; readonly step: "verify" | "record"; readonly cause: string }
  | { readonly do: "record"; readonly step: "verify" | "record"; readonly outcome: RecordedOutcome }
  | { readonly do: "finish"; readonly outcome: RecordedOutcome }

/**
 * The next step of an operation, from what its journal says and what is there. Pure: the same journal and world give
 * the same step, whoever asks, so that a driver that takes over repairs instead of repeating.
 */
export function nextAction(journal: StoredJournal, plan: Plan, world: World): Action {
  return (
    asRecorded(journal, world) ??
    (journal.phase === "back" ? nextBack(journal, plan, world) : nextForward(journal, plan, world))
  )
}

/** What the ledger has of an operation stands: only the journal is still to be closed. */
function asRecorded(journal: StoredJournal, world: World): Action | undefined {
  const outcome = recordedAs(world.ledger, journal.operation)
  if (outcome === undefined) return undefined
  const step = journal.phase === "back" ? "record" : "verify"
  return isDone(journal, step)
    ? { do: "finish", outcome }
    : { do: "accept", step, note: "already in the ledger" }
}

function nextForward(journal: StoredJournal, plan: Plan, world: World): Action {
  refuseUnknownSteps(plan)
  if (!isDone(journal, "roll-out")) return rollOut(plan, world)
  if (!isDone(journal, "smoke")) return { do: "smoke", step: "smoke", set: plan.target }
  if (journal.noVerdict !== undefined) return { do: "record", step: "verify", outcome: "inconclusive" }
  if (plan.steps.some((step) => step.id === "load") && !isDone(journal, "load"))
    return { do: "load", step: "load" }
  assertAllDone(journal, plan)
  return doubt(world, "verify", plan.target) ?? { do: "record", step: "verify", outcome: "verified" }
}

/**
 * A plan may come from a newer version by way of the journal. @throws INTERNAL before anything is done: a step that was
 * passed over would be called verified. The way back needs none of them and stays open.
 */
function refuseUnknownSteps(plan: Plan): void {
  const unknown = plan.steps.map((step): string => step.id).filter((id) => !knownSteps.has(id))
  if (unknown.length === 0) return
  throw new SignalboxError("INTERNAL", {
    what: `the plan has steps that this version does not know: ${unknown.join(", ")}`,
    where: plan.environment,
    why: `it knows ${stepIds.join(", ")}`,
    next: "call again with the version that made the plan, or go back: dagger call rollback",
  })
}

const knownSteps: ReadonlySet<string> = new Set(stepIds)

/** @throws INTERNAL where a planned step has not ended well: nothing is called verified by what did not run. */
function assertAllDone(journal: StoredJournal, plan: Plan): void {
  const left = plan.steps.filter((step) => step.id !== "verify" && !isDone(journal, step.id))
  if (left.length === 0) return
  throw new SignalboxError("INTERNAL", {
    what: `${plan.target.version} cannot be recorded as verified: steps of its plan did not end`,
    where: plan.environment,
    why: left.map((step) => `${step.id}: ${stepState(journal, step.id) ?? "not in the journal"}`).join(", "),
    next: "call again; please report it if it stays",
  })
}

function rollOut(plan: Plan, world: World): Action {
  if (runs(world, plan.target))
    return { do: "accept", step: "roll-out", note: "already runs, all pods ready", running: plan.target }
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
  const personNeeded = { do: "record", step: "record", outcome: "person-needed" } as const
  if (lost || plan.kind === "rollback") return personNeeded
  if (fallback === null) {
    const state = stepState(journal, "out-of-traffic")
    if (state === undefined || state === "pending") return outOfTraffic(plan, world)
    return personNeeded
  }
  if (!isDone(journal, "return")) {
    if (runs(world, fallback))
      return { do: "accept", step: "return", note: "runs, all pods ready", running: fallback }
    return returnTo("return", fallback, world)
  }
  if (!isDone(journal, "prove")) return { do: "smoke", step: "prove", set: fallback }
  return doubt(world, "record", fallback) ?? { do: "record", step: "record", outcome: "rolled-back" }
}

/**
 * Traffic is only taken from what this operation brought into it. A plan of an earlier version does not say what served
 * before: then only a first installation is taken out. Where something that served is gone, Helm has put what this
 * operation brought into its place (another name, a Service behind it): to remove that would leave no way at all.
 */
function outOfTraffic(plan: Plan, world: World): Action {
  const step = "out-of-traffic"
  const keep = plan.serving ?? (plan.current === null && plan.baseRevision === 0 ? [] : null)
  if (keep === null) return { do: "accept", step, note: "left as it is: something ran here before" }
  const replaced = keep.filter((name) => !world.traffic.present.includes(name))
  if (replaced.length > 0)
    return { do: "accept", step, note: `left as it is: it came in the place of ${replaced.join(", ")}` }
  return { do: "out-of-traffic", step, keep }
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
function doubt(world: World, step: "verify" | "record", set: DeployedSet): Action | undefined {
  const cause = contradiction(world, set)
  return cause === null ? undefined : { do: "doubt", step, cause: `changed while it was tested: ${cause}` }
}

function isDone(journal: StoredJournal, step: string): boolean {
  return stepState(journal, step) === "done"
}

function failed(journal: StoredJournal, step: string): boolean {
  return stepState(journal, step) === "failed"
}
