export { collectDiagnosis } from "./collect.ts"
export { type ClusterEvent, firstCause } from "./first-cause.ts"
