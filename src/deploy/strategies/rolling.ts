import { steps } from "../steps/catalogue.ts"
import type { Strategy } from "./strategy.ts"

/** One Helm release whose pods are replaced as its workloads say. */
export const rolling: Strategy = {
  id: "rolling",
  steps: ({ before, verification }) => [...before, steps.rollOut.id, ...verification, steps.verify.id],
  returnSteps: ({ fallback, wayBack }) =>
    fallback === null
      ? [steps.outOfTraffic.id, ...wayBack, steps.record.id]
      : [steps.returnToVerified.id, ...wayBack, steps.verifyRollback.id, steps.record.id],
}
