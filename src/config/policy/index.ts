export { policyChanges } from "./changes.ts"
export { type NamedGates, type Policy, type PolicyParts, policyHash, policyOf } from "./policy.ts"
export { type Extended, environmentUnder, underShared } from "./shared.ts"
export { environmentUnderPolicy, underPolicy } from "./stricter.ts"
