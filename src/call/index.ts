export {
  accessTo,
  assertAccess,
  kubeconfigFile,
  privateDirectory,
  serverAddress,
  withAccess,
} from "./access.ts"
export { attempt, conclude, Ended, type Outcome, settle } from "./exit.ts"
export { type ClusterAccess, type Inputs, type ReachedCluster, Session } from "./session.ts"
