export {
  type ContainerState,
  type ContainerStatus,
  type Pod,
  podImages,
  readPods,
  runningImages,
} from "./pods.ts"
export { type Rollout, readRollout } from "./workloads.ts"
export { contradiction, kubeVersion, namespaceUid, observe, runningOf, runs, type World } from "./world.ts"
