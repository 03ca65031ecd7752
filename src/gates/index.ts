export type { GateContext } from "./context.ts"
export { type GateRequest, type GateRun, runGates } from "./run.ts"
