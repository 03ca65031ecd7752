import type { Plan, ReleaseDigests } from "../../domain/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import { runs } from "../world/index.ts"
import { announceRestore, restoreRelease } from "./restore-release.ts"
import type { Step } from "./step.ts"

/** Restores the last verified set, over whatever runs now. */
export const returnToVerified: Step = {
  id: "return",
  title: "back to the last verified set",
  place: "strategy",
  isDone: ({ plan, world }) => (runs(world, fallbackOf(plan)) ? "runs, all pods ready" : null),
  accepted: ({ plan, tools }) => tools.removeOrphans(fallbackOf(plan)),
  needsSettledHelm: true,
  announce: (facts) => announceRestore(facts, fallbackOf(facts.plan)),
  run: (context) => restoreRelease(context, fallbackOf(context.plan)),
  onTakeOver: "repeat-unless-running",
  wayBack: null,
}

function fallbackOf({ fallback, environment }: Plan): ReleaseDigests {
  if (fallback !== null) return fallback
  throw new SignalboxError("INTERNAL", {
    what: "there is no verified release to go back to",
    where: environment,
  })
}
