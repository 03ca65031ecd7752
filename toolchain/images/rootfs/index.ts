export { type Collection, collect } from "./collect.ts"
export {
  type DebianSet,
  type DebianStep,
  debianStep,
  debianStepId,
  isDebianStep,
  packagesOf,
  systemOf,
} from "./debian.ts"
export { packagesLabel } from "./dpkg.ts"
export { type DebianVersions, movedOn, readLock, writeLock } from "./lock.ts"
export { isLeftOut } from "./normal.ts"
