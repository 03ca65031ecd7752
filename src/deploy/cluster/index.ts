export {
  type ClusterApi,
  ConflictError,
  configMapPath,
  type KubeObject,
  leasePath,
  secretPath,
} from "./api.ts"
export { HttpsClusterApi } from "./https-api.ts"
