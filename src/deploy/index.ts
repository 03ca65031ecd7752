export { assertAccepted } from "./acceptance.ts"
export type { StatusReport } from "./report.ts"
export { type DriverCommand, type DriverRequest, type DriverRequestInput, driverCommands } from "./request.ts"
export type { EnvironmentSettings } from "./settings.ts"
