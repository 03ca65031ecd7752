export { approversRefusal, countedApprovers, lacksApprovals } from "./approvers.ts"
export { basisOf } from "./basis.ts"
export { type Applied, appliedByEntry, shownChanges } from "./changes.ts"
export { contentRefusals } from "./content.ts"
export { definitionWarnings } from "./definitions.ts"
export { type Evidence, evidenceRefusals, lastingRefusals } from "./evidence.ts"
export { type DeploymentFacts, type PlanFacts, planDeployment, planRollback, stepsOf } from "./make-plan.ts"
export { planMarkdown } from "./markdown.ts"
export { recordedOverride } from "./overrides.ts"
export { holdRefusal, judgeDeployment, refusals, throwRefusals } from "./policy.ts"
export {
  earlierVerification,
  promotionRefusal,
  type Verification,
  verificationOf,
} from "./promotion.ts"
export { type ReleaseInputs, resolveTarget, type Target } from "./target.ts"
export { fileRefusals } from "./trust.ts"
