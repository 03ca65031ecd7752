export {
  type ClusterApi,
  ConflictError,
  configMapPath,
  type DryRunAnswer,
  type KubeObject,
  leasePath,
  type StatusCause,
  secretPath,
} from "./api.ts"
export { HttpsClusterApi } from "./https-api.ts"
export { unpacked } from "./unpacked.ts"
