export type { OperationReport, ReportedStep, Running, StatusReport } from "./report.ts"
export { type DriverCommand, type DriverRequest, type DriverRequestInput, driverCommands } from "./request.ts"
export type { EnvironmentSettings } from "./settings.ts"
