import type { InconclusivePolicy } from "../../domain/index.ts"
import { inconclusivePolicy } from "../inconclusive.ts"
import { seconds } from "./restore-release.ts"
import type { Step } from "./step.ts"

/** The load profile of the environment, held against its objectives; without a script there is none. */
export const load: Step = {
  id: "load",
  title: "load test",
  place: "verification",
  planned: ({ environment, canLoad }) => {
    const { profile, scale } = environment.load
    if (profile === "none" || !canLoad) return null
    const policy = inconclusivePolicy(environment)
    return {
      title: `load profile ${profile}, scale ${scale}; without a verdict ${undecided[policy]}`,
      timeoutSeconds: seconds(environment.timeouts.load),
    }
  },
  isDone: () => null,
  tests: true,
  announce: () => "load test",
  run: async ({ plan, settings, tools, signal }) => {
    const result = await tools.load(plan.target, settings.timeouts.load.ms, signal)
    if (result.ok || result.noVerdict === undefined) return result
    return { ...result, stays: plan.proof?.load?.inconclusive === "keep" }
  },
  onTakeOver: "repeat-unless-running",
  wayBack: null,
}

const undecided = {
  keep: "the release stays, unverified",
  return: "the last verified one comes back",
} as const satisfies Readonly<Record<InconclusivePolicy, string>>
