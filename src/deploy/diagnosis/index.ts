export { collectDiagnosis } from "./collect.ts"
export type { ClusterEvent } from "./events.ts"
export { firstCause } from "./first-cause.ts"
