export { assertAccepted, assertLastingEvidence } from "./acceptance.ts"
export { assertPassesAccess } from "./access/passes.ts"
export { pinsOf } from "./kubeconfig/index.ts"
export type { DriverCommand, DriverRequest, DriverRequestInput } from "./request.ts"
