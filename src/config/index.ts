export { durationMs } from "../domain/duration.ts"
export type { Component } from "../languages/catalogue.ts"
export { namesOf, neverApproved } from "./approvals.ts"
export { type AssumedParts, assumedConfig } from "./assumed.ts"
export { type Checked, checkDocument, resultOf } from "./document.ts"
export { checkEnvironment, loadWithoutScript, namesLoadProfile, parseEnvironment } from "./environment.ts"
export { timeoutOf } from "./gate-timeout.ts"
export { componentNamed, environmentNamed } from "./lookup.ts"
export { checkPaths } from "./paths.ts"
export {
  type Extended,
  environmentUnder,
  environmentUnderPolicy,
  type NamedGates,
  type Policy,
  type PolicyFiles,
  type PolicyParts,
  policyChanges,
  policyFilesOf,
  policyHash,
  policyOf,
  underPolicy,
  underShared,
} from "./policy/index.ts"
export { configError, formatProblem, type Problem } from "./problem.ts"
export { checkTogether } from "./project.ts"
export { requiredIn, warningGates } from "./required.ts"
export {
  type CustomGate,
  type CustomGateName,
  customGateName,
  isCustomGateName,
} from "./schema/custom-gates.ts"
export {
  type EnvironmentConfig,
  environmentSchema,
  type LoadProfile,
  loadProfiles,
} from "./schema/environment.ts"
export type { AnyGateName } from "./schema/gates.ts"
export type { SharedPolicy } from "./schema/policy.ts"
export { type RefRule, type SignalboxConfig, signalboxSchema } from "./schema/signalbox.ts"
export { type Waiver, type WaiverFile, waiversSchema } from "./schema/waivers.ts"
export { checkSharedPolicy, parseSharedPolicy } from "./shared-policy.ts"
export { checkConfig, listedContexts, parseConfig } from "./signalbox.ts"
export { parseRef, type Ref, targetFor } from "./target.ts"
export { checkWaivers, parseWaivers } from "./waivers.ts"
