import { SignalboxError } from "../../domain/index.ts"
import type { Clock } from "../clock.ts"
import { type ClusterApi, ConflictError, leasePath } from "../cluster/index.ts"
import type { Acquired, LockRequest } from "./acquire.ts"
import { holderIdentity, leaseName, leaseOf, viewOf } from "./lease.ts"

/** A lock that is held and renews itself until it is released or lost. */
export class HeldLock {
  readonly fence: number
  readonly #api: ClusterApi
  readonly #clock: Clock
  readonly #request: LockRequest
  readonly #lost = new AbortController()
  readonly #stop = new AbortController()
  #version: string
  #confirmed: number
  #renewing: Promise<void> = Promise.resolve()
  /** Why the last renewal was not confirmed; undefined where none was refused or failed since one was. */
  #problem: unknown

  constructor(api: ClusterApi, clock: Clock, request: LockRequest, acquired: Acquired) {
    this.fence = acquired.fence
    this.#api = api
    this.#clock = clock
    this.#request = request
    this.#version = acquired.version
    this.#confirmed = acquired.since
  }

  /** Aborts when the lock is lost: running children must end, nothing may be changed any more. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Renews in the background until `release`, and gives up on its own at the agreed time. */
  start(): this {
    this.#renewing = this.#renewForever()
    void this.#watch()
    return this
  }

  /**
   * Apart from the renewals: one of those may wait for the API server for longer than the lock lives, and a child that
   * runs on then would act beside the next holder.
   */
  async #watch(): Promise<void> {
    const { giveUp } = this.#request.settings
    while (!this.#stop.signal.aborted && !this.#lost.signal.aborted) {
      const silent = this.#clock.monotonic() - this.#confirmed
      if (silent >= giveUp.ms) this.#loseBySilence(silent)
      else
        try {
          await this.#clock.sleep(giveUp.ms - silent, this.#stop.signal)
        } catch {
          return
        }
    }
  }

  /** @throws LOCK_LOST when this holder may no longer change anything. Called before every change. */
  assertHeld(): void {
    const silent = this.#clock.monotonic() - this.#confirmed
    if (silent >= this.#request.settings.giveUp.ms) this.#loseBySilence(silent)
    if (this.#lost.signal.aborted) throw this.#lost.signal.reason
  }

  /**
   * @param highest the highest fencing number in journal and ledger.
   * @throws LOCK_LOST when a later holder has worked here, which a process that stood still with its clock cannot tell.
   */
  assertLast(highest: number): void {
    if (highest > this.fence)
      this.#lose(`number ${highest} has worked here since, and this is number ${this.fence}`)
    this.assertHeld()
  }

  /** Stops renewing and frees the Lease. A failure is not an error: the Lease then expires by itself. */
  async release(): Promise<void> {
    this.#stop.abort()
    // What is lost is not waited for: the renewal on its way may be retried for a minute.
    if (!this.#lost.signal.aborted) await this.#renewing
    if (this.#lost.signal.aborted) return
    try {
      await this.#put(null)
    } catch (error) {
      if (!(error instanceof ConflictError) && !(error instanceof SignalboxError)) throw error
    }
  }

  async #renewForever(): Promise<void> {
    const { renew } = this.#request.settings
    while (!this.#stop.signal.aborted && !this.#lost.signal.aborted) {
      try {
        await this.#clock.sleep(renew.ms, this.#stop.signal)
      } catch {
        return
      }
      await this.#renewOnce()
    }
  }

  async #renewOnce(): Promise<void> {
    const at = this.#clock.monotonic()
    try {
      await this.#put(holderIdentity(this.#request.holder))
      this.#confirmed = at
      this.#problem = undefined
    } catch (error) {
      if (error instanceof ConflictError) await this.#afterConflict(at)
      else this.#judgeSilence(error)
    }
  }

  /**
   * Our own write may have arrived without its answer, or another client annotated the Lease: then it is still ours.
   */
  async #afterConflict(at: number): Promise<void> {
    try {
      const object = await this.#api.get(leasePath(this.#request.namespace, leaseName))
      const view = object === null ? null : viewOf(object)
      if (
        view !== null &&
        view.holder === holderIdentity(this.#request.holder) &&
        view.fence === this.fence
      ) {
        this.#version = view.version
        // Only a write is a renewal: a waiting driver counts from the Lease's last change, not from our read of it.
        await this.#put(holderIdentity(this.#request.holder))
        this.#confirmed = at
      } else this.#lose(view?.holder == null ? "its Lease was taken away" : `${view.holder} has taken over`)
    } catch (error) {
      // Not answered: the next renewal tries again.
      this.#judgeSilence(error)
    }
  }

  #judgeSilence(error: unknown): void {
    this.#problem = error
    const silent = this.#clock.monotonic() - this.#confirmed
    if (silent >= this.#request.settings.giveUp.ms) this.#loseBySilence(silent)
  }

  async #put(holder: string | null): Promise<void> {
    const stored = await this.#api.replace(
      leasePath(this.#request.namespace, leaseName),
      leaseOf({
        namespace: this.#request.namespace,
        holder,
        operation: this.#request.operation,
        fence: this.fence,
        ttlMs: this.#request.settings.ttl.ms,
        now: this.#clock.now(),
        version: this.#version,
      }),
    )
    this.#version = viewOf(stored).version
  }

  #loseBySilence(silent: number): void {
    if (this.#lost.signal.aborted) return
    const cause = this.#problem
    const refused = cause instanceof SignalboxError && cause.code === "CLUSTER_REFUSED"
    const seconds = Math.round(silent / 1000)
    this.#lost.abort(
      new SignalboxError(
        "CLUSTER_UNREACHABLE",
        {
          what: `the lock of ${this.#request.environment} could not be renewed for ${seconds} s`,
          why:
            cause instanceof SignalboxError
              ? (cause.detail.why ?? cause.detail.what)
              : "no renewal was confirmed",
          next: refused
            ? "pass a fresh kubeconfig (the credential has expired, or lost its right to the Lease), then call again: the next run finishes this operation or goes back"
            : "call again once the API server answers: the next run finishes this operation or goes back",
        },
        { cause },
      ),
    )
  }

  #lose(why: string): void {
    if (this.#lost.signal.aborted) return
    this.#lost.abort(
      new SignalboxError("LOCK_LOST", {
        what: `this operation lost the lock of ${this.#request.environment}`,
        why,
        next: "call again: the next run finishes this operation or returns to what was verified",
      }),
    )
  }
}
