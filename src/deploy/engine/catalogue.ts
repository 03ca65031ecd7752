import { type Plan, SignalboxError } from "../../domain/index.ts"
import type { Step } from "../steps/step.ts"
import type { Strategy } from "../strategies/strategy.ts"

/** What an operation is carried out by: the steps that this version knows, and the strategy of its plan. */
export interface Members {
  readonly steps: readonly Step[]
  readonly strategy: Strategy
}

/**
 * A step by the id that a plan or journal has, also one that is only another one's rollback; undefined where this
 * version does not know it. One that plans list under names is found as the one of that name.
 */
export function findStep(steps: readonly Step[], id: string): Step | undefined {
  const all = steps.flatMap((step) => (step.wayBack === null ? [step] : [step, step.wayBack]))
  const found = all.find((one) => (one.named === true ? id.startsWith(`${one.id}:`) : one.id === id))
  return found === undefined || found.id === id ? found : { ...found, id }
}

/** @throws INTERNAL for a step that this version does not know. */
export function stepOf(steps: readonly Step[], id: string): Step {
  const step = findStep(steps, id)
  if (step !== undefined) return step
  throw new SignalboxError("INTERNAL", { what: `this version knows no step ${id}` })
}

/** The steps that take a plan back, the closing one last. Steps of a plan that this version does not know have no part in it. */
export function returnSteps({ steps, strategy }: Members, plan: Plan): readonly Step[] {
  const wayBack = plan.steps.flatMap(({ id }) => findStep(steps, id)?.wayBack?.id ?? []).reverse()
  return strategy.returnSteps({ fallback: plan.fallback, wayBack }).map((id) => stepOf(steps, id))
}

/** The step that ends a way. @throws INTERNAL where none does. */
export function closingStep(way: readonly Step[], where: string): Step {
  const last = way.at(-1)
  if (last?.closes === true) return last
  throw new SignalboxError("INTERNAL", {
    what: "the last step does not record what the operation came to",
    where,
    why: last === undefined ? "there is no step" : `the last one is ${last.id}`,
  })
}
