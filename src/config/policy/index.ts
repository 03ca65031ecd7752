export type { Extended } from "./both.ts"
export { policyChanges } from "./changes.ts"
export {
  type NamedGates,
  type Policy,
  type PolicyFiles,
  type PolicyParts,
  policyFilesOf,
  policyHash,
  policyOf,
} from "./policy.ts"
export { environmentUnder, underShared } from "./shared.ts"
export { environmentUnderPolicy, underPolicy } from "./stricter.ts"
