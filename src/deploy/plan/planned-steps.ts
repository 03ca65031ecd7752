import { type PlannedStep, SignalboxError, type StepId } from "../../domain/index.ts"
import type { Members } from "../engine/index.ts"
import type { PlannedLine, PlanningFacts, Step } from "../steps/step.ts"

/** A line of a plan, and where it stands. */
interface Placed {
  readonly step: Step
  readonly planned: PlannedStep
  readonly beside: PlannedLine["beside"]
}

/**
 * The steps of a plan: the strategy's own, with those that put themselves before the roll-out and those that test what
 * was rolled out. What stands beside a step comes next to it, or where that one would be.
 */
export function plannedSteps({ steps, strategy }: Members, facts: PlanningFacts): readonly PlannedStep[] {
  const all = steps.flatMap((step) => linesOf(step, facts))
  const own = (id: StepId) => all.filter(({ step, beside }) => step.id === id && beside === undefined)
  const before = (id: StepId) =>
    all.filter(({ beside }) => beside && "before" in beside && beside.before === id)
  const after = (id: StepId) => all.filter(({ beside }) => beside && "after" in beside && beside.after === id)
  const placed = (place: Step["place"]) =>
    steps
      .filter(
        ({ id, place: its }) => its === place && [own, before, after].some((lines) => lines(id).length > 0),
      )
      .map(({ id }) => id)
  const others = new Set([...placed("before"), ...placed("verification")])
  const ids = strategy.steps({ before: placed("before"), verification: placed("verification") })
  const planned = ids.flatMap((id) => {
    const lines = own(id)
    if (lines.length === 0 && !others.has(id)) throw unplanned(strategy.id, id)
    return [...before(id), ...lines, ...after(id)]
  })
  const homeless = all.find((one) => one.beside !== undefined && !planned.includes(one))
  if (homeless !== undefined) throw withoutPlace(homeless, ids, facts.environment.name)
  return planned.map((one) => one.planned)
}

function linesOf(step: Step, facts: PlanningFacts): readonly Placed[] {
  const lines = [step.planned?.(facts) ?? []].flat()
  return lines.map(({ name, beside, ...line }) => ({
    ...{ step, beside },
    planned: { id: name === undefined ? step.id : `${step.id}:${name}`, ...line },
  }))
}

function unplanned(strategy: string, id: string): SignalboxError {
  return new SignalboxError("INTERNAL", {
    what: `strategy ${strategy} names a step that no plan has: ${id}`,
    next: "name a step that is in the catalogue and says how a plan lists it",
  })
}

/** What is configured is never left out silently. */
function withoutPlace({ planned }: Placed, ids: readonly string[], environment: string): SignalboxError {
  return new SignalboxError("CONFIG_INVALID", {
    what: `${planned.id} names a step that the plan does not have`,
    where: `environment ${environment}`,
    why: `the steps are ${ids.join(", ")}`,
    next: "name one of them",
  })
}
