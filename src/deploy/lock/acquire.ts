import type { EnvironmentConfig } from "../../config/schema/environment.ts"
import { type Holder, SignalboxError } from "../../domain/index.ts"
import type { Clock } from "../clock.ts"
import { type ClusterApi, ConflictError, leasePath } from "../cluster/index.ts"
import { holderIdentity, type LeaseView, leaseName, leaseOf, viewOf } from "./lease.ts"

export interface LockRequest {
  readonly environment: string
  readonly namespace: string
  readonly holder: Holder
  readonly operation: string
  readonly settings: EnvironmentConfig["lock"]
  /** Highest fencing number known from ledger and journal: deleting the Lease must not reset it. */
  readonly knownFence: number
}

export interface Acquired {
  readonly fence: number
  readonly version: string
  /** Moment on the monotonic clock before the write that took it: ours cannot expire earlier for any other driver. */
  readonly since: number
}

/**
 * Takes the environment's lock. A holder counts as dead when its Lease has not changed for one time to live by *this*
 * process's monotonic clock; wall clocks are never compared.
 * @throws LOCKED when it is still held at the end of this run's own wait, also where its holder may be dead: a Lease that
 * says to live for a day is not waited for that long.
 */
export async function acquireLock(
  api: ClusterApi,
  clock: Clock,
  request: LockRequest,
  say: (line: string) => void = () => {},
): Promise<Acquired> {
  const started = clock.monotonic()
  let observed: { view: LeaseView; at: number } | null = null
  let renewed = false
  for (;;) {
    const object = await api.get(leasePath(request.namespace, leaseName))
    const view = object === null ? null : viewOf(object)
    const now = clock.monotonic()
    if (view === null || view.holder === null) {
      const taken = await write(api, clock, request, view)
      if (taken !== null) return taken
      continue
    }
    if (observed === null) say(`waiting for ${view.holder}, who holds ${request.environment}`)
    if (observed === null || observed.view.version !== view.version) {
      renewed ||= observed !== null && observed.view.holder === view.holder
      observed = { view, at: now }
    }
    const ttl = view.ttlMs > 0 ? view.ttlMs : request.settings.ttl.ms
    if (now - observed.at >= ttl) {
      say(`${view.holder} has not renewed for ${Math.round(ttl / 1000)} s: taking over`)
      const taken = await write(api, clock, request, view)
      if (taken !== null) return taken
      continue
    }
    if (now - started >= request.settings.wait.ms) throw locked(request, view, now - started, renewed)
    await clock.sleep(Math.max(50, Math.min(1000, request.settings.renew.ms / 2, ttl / 4)))
  }
}

async function write(
  api: ClusterApi,
  clock: Clock,
  request: LockRequest,
  over: LeaseView | null,
): Promise<Acquired | null> {
  const since = clock.monotonic()
  const fence = Math.max(request.knownFence, over?.fence ?? 0) + 1
  const lease = leaseOf({
    namespace: request.namespace,
    holder: holderIdentity(request.holder),
    operation: request.operation,
    fence,
    ttlMs: request.settings.ttl.ms,
    now: clock.now(),
    version: over?.version ?? null,
  })
  try {
    const stored =
      over === null
        ? await api.create(leasePath(request.namespace), lease)
        : await api.replace(leasePath(request.namespace, leaseName), lease)
    return { fence, version: viewOf(stored).version, since }
  } catch (error) {
    if (error instanceof ConflictError) return null
    throw error
  }
}

function locked(request: LockRequest, view: LeaseView, waited: number, renewed: boolean): SignalboxError {
  const seconds = Math.round(waited / 1000)
  const operation = `operation ${view.operation ?? "unknown"}`
  return new SignalboxError("LOCKED", {
    what: `${request.environment} is held by ${view.holder ?? "nobody"}`,
    where: `Lease ${leaseName} in namespace ${request.namespace}`,
    why: renewed
      ? `${operation} is alive: it renewed the lock while this run waited ${seconds} s`
      : `${operation} did not renew the lock in the ${seconds} s that this run waited, and its Lease is for ${Math.round(view.ttlMs / 1000)} s`,
    next: "wait until it ends, or ask its holder; `unlock --holder` is for a holder that cannot end",
  })
}
