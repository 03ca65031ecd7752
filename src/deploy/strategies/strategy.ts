import type { Plan } from "../../domain/index.ts"

/**
 * How a release comes to run: one file here and one line in the catalogue.
 *
 * Limits: `id` is stored in plans and journals, and never changes. Everything is pure.
 */
export interface Strategy {
  readonly id: string
  /** Ids of a plan's steps, in their order; the last one closes it. */
  steps(facts: ForwardFacts): readonly string[]
  /** Ids of the steps that take an operation back, in their order; the last one closes it. */
  returnSteps(facts: BackFacts): readonly string[]
}

export interface ForwardFacts {
  /** Steps that this plan needs before the release is rolled out, and those that test it; each in its order. */
  readonly before: readonly string[]
  readonly verification: readonly string[]
}

export interface BackFacts {
  /** Null: there is nothing verified to go back to, and nothing may be called verified at the end. */
  readonly fallback: Plan["fallback"]
  /** The ways back of the plan's own steps, the last step's first. */
  readonly wayBack: readonly string[]
}
