export {
  bundleName,
  deleteBundles,
  type RollbackBundle,
  readBundle,
  saveBundle,
  valuesDigest,
  writeChart,
} from "./bundle.ts"
export { neededBundles } from "./needed.ts"
