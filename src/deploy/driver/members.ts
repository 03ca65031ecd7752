import { type Plan, SignalboxError } from "../../domain/index.ts"
import { nearest } from "../../domain/nearest.ts"
import type { Members } from "../engine/index.ts"
import { isUnfinished, planOf, type StoredJournal } from "../state/index.ts"
import type { Strategy } from "../strategies/strategy.ts"
import type { DriverSession } from "./session.ts"

/**
 * The strategy by which the environment is looked at: that of an interrupted operation while it is not finished,
 * whatever the configuration says by now.
 * @throws CONFIG_INVALID for a strategy that does not exist; INTERNAL for one of a newer version's operation.
 */
export function strategyHere(session: DriverSession, journal: StoredJournal | null): Strategy {
  return (isUnfinished(journal) ? membersOf(session, planOf(journal)) : configuredMembers(session)).strategy
}

/** What new plans are made and carried out by. @throws CONFIG_INVALID for a strategy that does not exist. */
export function configuredMembers(session: DriverSession): Members {
  return { steps: session.steps, strategy: configured(session) }
}

function configured(session: DriverSession): Strategy {
  const { name, strategy } = session.input.request.environment
  if (strategy === null) return session.strategies[0]
  const found = session.strategies.find(({ id }) => id === strategy)
  if (found !== undefined) return found
  const known = session.strategies.map(({ id }) => id)
  const meant = nearest(strategy, known)
  throw new SignalboxError("CONFIG_INVALID", {
    what: `there is no strategy ${JSON.stringify(strategy)}`,
    where: `environment ${name}`,
    why: `there ${known.length === 1 ? "is" : "are"} ${known.join(", ")}`,
    ...(meant === undefined ? {} : { next: `did you mean ${meant}?` }),
  })
}

/** What a plan is carried out by. @throws INTERNAL for a strategy that this version does not know. */
export function membersOf({ steps, strategies }: DriverSession, plan: Plan): Members {
  const strategy = strategies.find(({ id }) => id === plan.strategy)
  if (strategy !== undefined) return { steps, strategy }
  throw new SignalboxError("INTERNAL", {
    what: `the plan has a strategy that this version does not know: ${plan.strategy}`,
    where: plan.environment,
    why: `it knows ${strategies.map(({ id }) => id).join(", ")}`,
    next: "call again with the version that made the plan",
  })
}
