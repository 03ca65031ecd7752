export { type Acquired, acquireLock, type LockRequest } from "./acquire.ts"
export { HeldLock } from "./held-lock.ts"
export { holderIdentity, type LeaseView, leaseName, viewOf } from "./lease.ts"
export { endedFence, readLeaseFence, readLock, unlock } from "./unlock.ts"
