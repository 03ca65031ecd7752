import { type Plan, SignalboxError } from "../../domain/index.ts"
import type { Members } from "../engine/index.ts"
import { isUnfinished, planOf, type StoredJournal } from "../state/index.ts"
import type { Strategy } from "../strategies/strategy.ts"
import type { DriverSession } from "./session.ts"

/**
 * The strategy that observes the environment: that of an interrupted operation while it is not finished,
 * whatever the configuration says by now.
 * @throws INTERNAL for a strategy of a newer version's operation.
 */
export function strategyHere(session: DriverSession, journal: StoredJournal | null): Strategy {
  return (isUnfinished(journal) ? membersOf(session, planOf(journal)) : configuredMembers(session)).strategy
}

/** The steps and strategy of new plans. The environment was parsed: it names a strategy of the catalogue. */
export function configuredMembers(session: DriverSession): Members {
  const { name, strategy } = session.input.request.environment
  return membersOf(session, { environment: name, strategy })
}

/** The steps and strategy that carry a plan out. @throws INTERNAL for a strategy that this version does not know. */
export function membersOf(
  { steps, strategies }: DriverSession,
  plan: Pick<Plan, "environment" | "strategy">,
): Members {
  const strategy = strategies.find(({ id }) => id === plan.strategy)
  if (strategy !== undefined) return { steps, strategy }
  throw new SignalboxError("INTERNAL", {
    what: `the plan has a strategy that this version does not know: ${plan.strategy}`,
    where: plan.environment,
    why: `it knows ${strategies.map(({ id }) => id).join(", ")}`,
    next: "call again with the version that made the plan",
  })
}
