export { policyChanges } from "./changes.ts"
export { type Policy, type PolicyParts, policyHash, policyOf } from "./policy.ts"
export { environmentUnderPolicy, underPolicy } from "./stricter.ts"
