export { assertAccepted } from "./acceptance.ts"
export { assertPassesAccess } from "./access/passes.ts"
export { type DriverCommand, type DriverRequest, type DriverRequestInput, driverCommands } from "./request.ts"
