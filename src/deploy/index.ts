export { assertAccepted, assertLastingEvidence } from "./acceptance.ts"
export { assertPassesAccess } from "./access/passes.ts"
export type { DriverCommand, DriverRequest, DriverRequestInput } from "./request.ts"
