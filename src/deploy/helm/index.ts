export { HelmCli, type HelmSettings } from "./cli.ts"
export {
  classifyHelmFailure,
  type Helm,
  type HelmFailure,
  type HelmOutcome,
  type TemplateOptions,
  type UpgradeRequest,
} from "./helm.ts"
export {
  appliedBy,
  beganAfter,
  describeRevision,
  isComplete,
  isOurs,
  isPending,
  isStuck,
  objectsIn,
  operationOf,
  type Revision,
  readHistory,
  settleRevision,
  unplanned,
} from "./history.ts"
export {
  decodeRelease,
  encodeRelease,
  type HelmRelease,
  type HelmStatus,
  markedFailed,
} from "./release-secret.ts"
