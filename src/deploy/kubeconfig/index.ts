export {
  type Credentials,
  caFingerprint,
  credentialsOf,
  type Pins,
  secretsOfCredentials,
  withoutBrackets,
} from "./credentials.ts"
export { kubeconfigText } from "./file.ts"
export { type MemoryDirectory, memoryDirectory, writeKubeconfig } from "./memory-file.ts"
export { pinsOf } from "./pins.ts"
export { readKubeconfig } from "./read.ts"
