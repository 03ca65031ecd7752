import { type PlannedStep, SignalboxError } from "../../domain/index.ts"
import type { Members } from "../engine/index.ts"
import type { PlanningFacts, Step } from "../steps/step.ts"

/**
 * The steps of a plan: the strategy's own, with those that put themselves before the roll-out and those that test what
 * was rolled out.
 */
export function plannedSteps({ steps, strategy }: Members, facts: PlanningFacts): readonly PlannedStep[] {
  const planned = new Map(
    steps.flatMap((step): [string, PlannedStep][] => {
      const line = step.planned?.(facts) ?? null
      return line === null ? [] : [[step.id, { id: step.id, ...line }]]
    }),
  )
  const placed = (place: Step["place"]) =>
    steps.filter((step) => step.place === place && planned.has(step.id)).map(({ id }) => id)
  const ids = strategy.steps({ before: placed("before"), verification: placed("verification") })
  return ids.map((id) => planned.get(id) ?? unplanned(strategy.id, id))
}

function unplanned(strategy: string, id: string): never {
  throw new SignalboxError("INTERNAL", {
    what: `strategy ${strategy} names a step that no plan has: ${id}`,
    next: "name a step that is in the catalogue and says how a plan lists it",
  })
}
