export { collectDiagnosis, learnSecrets } from "./collect.ts"
export { type ClusterEvent, readEvents } from "./events.ts"
export { firstCause } from "./first-cause.ts"
export { hidePacked } from "./packed.ts"
