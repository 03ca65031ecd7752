export {
  bundleName,
  deleteBundles,
  type RollbackBundle,
  readBundle,
  saveBundle,
  storedBundles,
  valuesDigest,
  writeChart,
} from "./bundle.ts"
export { neededBundles } from "./needed.ts"
