export { policyChanges } from "./changes.ts"
export { type Policy, type PolicyParts, policyHash, policyOf } from "./policy.ts"
export { underPolicy } from "./stricter.ts"
