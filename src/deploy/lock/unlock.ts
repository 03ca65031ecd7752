import { SignalboxError } from "../../domain/index.ts"
import { type ClusterApi, ConflictError, leasePath } from "../cluster/index.ts"
import { type LeaseView, leaseName, viewOf } from "./lease.ts"

/** Who holds the lock, or null. */
export async function readLock(api: ClusterApi, namespace: string): Promise<LeaseView | null> {
  const object = await api.get(leasePath(namespace, leaseName))
  if (object === null) return null
  const view = viewOf(object)
  return view.holder === null ? null : view
}

/**
 * A live holder renews its Lease; only a renewal between our read and our write is tried again. Without a pause, so
 * that the next renewal does not come between: p-retry would wait.
 */
const unlockAttempts = 5

/**
 * Takes the lock away from a named holder, whose driver stops at its next renewal or change.
 * @throws USAGE when another holder has it: an operator removes only the lock that they looked at. LOCKED when it changes
 * faster than it can be taken.
 */
export async function unlock(api: ClusterApi, namespace: string, holder: string): Promise<LeaseView | null> {
  for (let attempt = 0; attempt < unlockAttempts; attempt++) {
    try {
      return await takeFrom(api, namespace, holder)
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error
    }
  }
  throw new SignalboxError("LOCKED", {
    what: `the lock of ${holder} could not be removed`,
    where: `Lease ${leaseName} in namespace ${namespace}`,
    why: `it was changed ${unlockAttempts} times while it was to be removed: its holder is alive`,
    next: "look at `status`, then call again",
  })
}

async function takeFrom(api: ClusterApi, namespace: string, holder: string): Promise<LeaseView | null> {
  const path = leasePath(namespace, leaseName)
  const object = await api.get(path)
  const view = object === null ? null : viewOf(object)
  if (object === null || view === null || view.holder === null) return null
  if (view.holder !== holder && !view.holder.startsWith(`${holder} (`))
    throw new SignalboxError("USAGE", {
      what: `the lock is not held by ${holder}`,
      why: `it is held by ${view.holder}`,
      next: "give the holder as `status` names it",
    })
  const {
    holderIdentity: _released,
    acquireTime: _acquired,
    ...spec
  } = object.spec as Record<string, unknown>
  await api.replace(path, { ...object, spec })
  return view
}

/** The Lease's fencing number, or null when there never was a lock. */
export async function readLeaseFence(api: ClusterApi, namespace: string): Promise<number | null> {
  const object = await api.get(leasePath(namespace, leaseName))
  return object === null ? null : viewOf(object).fence
}

/** The highest fencing number whose holder has let go; 0 when there never was a lock. */
export async function endedFence(api: ClusterApi, namespace: string): Promise<number> {
  const object = await api.get(leasePath(namespace, leaseName))
  if (object === null) return 0
  const { holder, fence } = viewOf(object)
  return holder === null ? fence : fence - 1
}
