import type { Clock } from "../../../../src/deploy/clock.ts"
import { configMapPath, type KubeObject, leasePath } from "../../../../src/deploy/cluster/index.ts"
import { leaseName, viewOf } from "../../../../src/deploy/lock/index.ts"
import { journalName, ledgerName } from "../../../../src/deploy/state/store.ts"
import type { Witness } from "./remote-api.ts"
import { namespace } from "./session.ts"

const lease = leasePath(namespace, leaseName)
const journal = configMapPath(namespace, journalName)
const ledger = configMapPath(namespace, ledgerName)

/** What all drivers of a world did together. */
export interface Deeds {
  /** Highest fencing number under which the journal was written. */
  fence: number
  readonly violations: string[]
}

/**
 * Knows from its requests and their answers alone when a driver holds the lock, and when it could have noticed that it
 * holds it no more; and notes what it changes all the same.
 */
export class LockWitness implements Witness {
  readonly #identity: string
  readonly #giveUp: number
  readonly #clock: Clock
  readonly #deeds: Deeds
  /** Called for each request that is sent while it believes to hold the lock. */
  onRequest: (write: boolean) => void = () => {}
  #fence: number | null = null
  #asked = 0
  #confirmed = 0
  #lost = false

  constructor(identity: string, giveUp: number, clock: Clock, deeds: Deeds) {
    this.#identity = identity
    this.#giveUp = giveUp
    this.#clock = clock
    this.#deeds = deeds
  }

  asks(write: boolean, path: string): void {
    if (this.#fence !== null) this.onRequest(write)
    if (!write) return
    if (path === lease) this.#asked = this.#clock.monotonic()
    if (path === journal || path === ledger) this.changes(path)
  }

  /** Called for whatever must not begin without the lock. */
  changes(what: string): void {
    if (this.#fence === null) return
    if (this.#lost) this.#deeds.violations.push(`${what} after the lock was seen lost`)
    else if (this.#clock.monotonic() - this.#confirmed >= this.#giveUp)
      this.#deeds.violations.push(`${what} after too long without a renewal`)
  }

  takesEffect(write: boolean, path: string): void {
    if (!write || this.#fence === null || (path !== journal && path !== ledger)) return
    if (this.#fence < this.#deeds.fence)
      this.#deeds.violations.push(`${path} by number ${this.#fence} after number ${this.#deeds.fence}`)
    if (path === journal) this.#deeds.fence = Math.max(this.#deeds.fence, this.#fence)
  }

  hears(path: string, object: KubeObject | null): void {
    if (path !== lease) return
    const view = object === null ? null : viewOf(object)
    if (view?.holder === this.#identity) {
      this.#fence ??= view.fence
      this.#confirmed = this.#asked
    } else if (this.#fence !== null) this.#lost = true
  }
}
