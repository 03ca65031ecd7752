import { seconds } from "./restore-release.ts"
import type { Step } from "./step.ts"

/** The smoke test of the release, against what runs. */
export const smoke: Step = {
  id: "smoke",
  title: "smoke test",
  place: "verification",
  planned: ({ environment }) => ({
    title: "smoke test against the running version",
    timeoutSeconds: seconds(environment.timeouts.smoke),
  }),
  isDone: () => null,
  tests: true,
  announce: ({ plan }) => `smoke test of ${plan.target.version}`,
  run: ({ plan, settings, tools, signal }) =>
    tools.smoke(plan.target, "smoke.json", settings.timeouts.smoke.ms, signal),
  onTakeOver: "repeat-unless-running",
  wayBack: null,
}
