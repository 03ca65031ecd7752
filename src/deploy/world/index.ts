export { capabilities } from "./capabilities.ts"
export {
  type ContainerState,
  type ContainerStatus,
  type Pod,
  podImages,
  readPods,
  runningImages,
} from "./pods.ts"
export { changedBetween, readServed, type Served } from "./served.ts"
export { type Traffic, trafficName, trafficObjects } from "./traffic.ts"
export { type Rollout, readRollout } from "./workloads.ts"
export {
  completeRevision,
  differences,
  drift,
  namespaceUid,
  observeRelease,
  runningOf,
  runs,
  type World,
} from "./world.ts"
