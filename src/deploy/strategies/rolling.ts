import { settleRevision } from "../helm/index.ts"
import { steps } from "../steps/catalogue.ts"
import { observeRelease } from "../world/index.ts"
import type { StrategyMember } from "./strategy.ts"

/**
 * One Helm release, called as the environment says, whose pods are replaced as its workloads say. Its newest revision is
 * current, and revisions have Helm's own numbers.
 */
export const strategy: StrategyMember = {
  steps: ({ before, verification }) => [...before, steps.rollOut.id, ...verification, steps.verify.id],
  returnSteps: ({ fallback, wayBack }) =>
    fallback === null
      ? [steps.outOfTraffic.id, ...wayBack, steps.record.id]
      : [steps.returnToVerified.id, ...wayBack, steps.verifyRollback.id, steps.record.id],
  observe: (api, { namespace, release }, ledger) => observeRelease(api, namespace, release, ledger),
  settle: (api, { namespace, release }, revision) => settleRevision(api, namespace, release, revision),
  begun: ({ current }, { baseRevision }) => (current?.revision ?? 0) > baseRevision,
  attempt: ({ revisions }, { baseRevision, target }) => {
    const ran = revisions.findLast((one) => one.revision > baseRevision && one.manifests === target.manifests)
    return ran?.revision ?? baseRevision + 1
  },
}
