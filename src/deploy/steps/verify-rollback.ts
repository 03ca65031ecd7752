import type { Step } from "./step.ts"

/** Proves what is back by the smoke test that had verified it. */
export const verifyRollback: Step = {
  id: "prove",
  title: "smoke test of the set that is back",
  place: "strategy",
  isDone: () => null,
  tests: true,
  announce: ({ plan }) => `smoke test of ${plan.fallback?.version ?? "the restored release"}`,
  run: async ({ plan, settings, tools, signal }) =>
    plan.fallback === null
      ? { ok: false, cause: "there is no verified release to go back to" }
      : tools.smoke(plan.fallback, "smoke-after-rollback.json", settings.timeouts.smoke.ms, signal),
  onTakeOver: "repeat-unless-running",
  wayBack: null,
}
