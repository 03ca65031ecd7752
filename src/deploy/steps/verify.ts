import type { Step } from "./step.ts"

/** Ends the deployment: the tested set is stored for later rollbacks, and recorded as verified. */
export const verify: Step = {
  id: "verify",
  title: "record the verification in the ledger",
  place: "strategy",
  planned: () => ({ title: "record the verification in the ledger", timeoutSeconds: 30 }),
  isDone: () => null,
  announce: () => "write the ledger",
  run: async ({ plan, tools, outcome }) => {
    if (outcome === "verified") await tools.saveBundle(plan.target)
    return { ok: true, note: "" }
  },
  onTakeOver: "keep",
  wayBack: null,
  closes: true,
}
