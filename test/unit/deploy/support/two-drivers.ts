import { leasePath } from "../../../../src/deploy/cluster/index.ts"
import { driverActions } from "../../../../src/deploy/driver/actions.ts"
import type { DriverSession } from "../../../../src/deploy/driver/session.ts"
import type { Actions } from "../../../../src/deploy/engine/index.ts"
import { leaseName, unlock, viewOf } from "../../../../src/deploy/lock/index.ts"
import type { StepResult } from "../../../../src/deploy/steps/tools.ts"
import { durationMs, SignalboxError } from "../../../../src/domain/index.ts"
import { Interleaving, Process } from "./interleaving.ts"
import { type Deeds, LockWitness } from "./lock-witness.ts"
import { RemoteApi } from "./remote-api.ts"
import { memorySession, namespace } from "./session.ts"
import { executeWish, loaded, prepared, type Simulation, simulatedActions, type Wish } from "./simulation.ts"

/** What happens to a driver. */
export interface Fault {
  /** At which of its requests since it has the lock, of all or of those that change something, Helm's among them. */
  readonly count: number
  readonly of: "requests" | "changes"
  /**
   * `freeze`: driver and Helm stop; `suspend`: their clock stops as well; `stall`: Helm goes on; `die`: both are gone;
   * `unlock`: somebody takes the lock away from whoever has it.
   */
  readonly kind: "freeze" | "suspend" | "stall" | "die" | "unlock"
  readonly ms: number
  /** Whether requests that were sent arrive all the same. */
  readonly lands: boolean
}

export interface Driver {
  readonly wish: Wish
  readonly faults: readonly Fault[]
}

/** A tenth of what an environment has, for less waiting to go through; but they wait for each other. */
const lock = { ttl: "6s", renew: "1s", giveUp: "4s", wait: "30s" }
/** How long a load test runs: a few renewals. */
const testMs = 3_000

/** Two drivers at once in the world of a simulation. Null: it died. */
export class TwoDrivers {
  readonly deeds: Deeds = { fence: 0, violations: [] }
  readonly outcomes: Record<string, string | null> = {}
  readonly #simulation: Simulation
  readonly #world: Interleaving

  constructor(simulation: Simulation, tape: readonly number[]) {
    this.#simulation = simulation
    this.#world = new Interleaving(tape)
  }

  async run(drivers: Readonly<Record<string, Driver>>): Promise<void> {
    for (const [name, driver] of Object.entries(drivers)) this.#start(name, driver)
    await this.#world.run()
  }

  #start(name: string, { wish, faults }: Driver): void {
    const own = new Process(this.#world)
    const helm = new Process(this.#world)
    const witness = new LockWitness(`tester (${name})`, durationMs(lock.giveUp), own.clock, this.deeds)
    const api = new RemoteApi(this.#simulation.api, own, witness)
    const seen = { requests: 0, changes: 0 }
    witness.onRequest = (write) => {
      seen.requests++
      if (write) seen.changes++
      for (const fault of faults)
        if (seen[fault.of] === fault.count && (write || fault.of === "requests"))
          this.#inject(fault, own, helm)
    }
    const session: DriverSession = memorySession(api, own.clock, {
      call: name,
      environment: { load: { profile: "smoke", scale: 1 }, lock },
      actions: (brings) => ({
        ...this.#actions(brings, { helm, witness, own }),
        saveBundle: driverActions(session, name, brings === null ? null : prepared(brings)).saveBundle,
      }),
    })
    this.outcomes[name] = null
    void executeWish(session, wish).then(
      (result) => {
        this.outcomes[name] = result.error?.code ?? result.outcome
      },
      (error: unknown) => {
        this.outcomes[name] = error instanceof SignalboxError ? error.code : `untyped: ${String(error)}`
      },
    )
  }

  #inject({ kind, ms, lands }: Fault, own: Process, helm: Process): void {
    if (kind === "unlock") void this.#unlock()
    else
      for (const process of kind === "stall" ? [own] : [own, helm])
        if (kind === "die") process.die(lands)
        else if (kind === "suspend") process.suspend(ms, lands)
        else process.stop(ms, lands)
  }

  async #unlock(): Promise<void> {
    const object = this.#simulation.api.objects.get(leasePath(namespace, leaseName))
    const holder = object === undefined ? null : viewOf(object).holder
    if (holder !== null) await unlock(this.#simulation.api, namespace, holder)
  }

  #actions(
    brings: string | null,
    by: { readonly helm: Process; readonly witness: LockWitness; readonly own: Process },
  ): Actions {
    const release = this.#simulation.release
    const started = (version: string, signal: AbortSignal): Promise<StepResult> => {
      by.witness.changes("Helm is started")
      let sent = false
      // Between any two of its requests the process can be killed; what was sent before goes its way.
      const point = async () => {
        sent = !sent
        if (sent) signal.throwIfAborted()
        if (sent) by.witness.onRequest(true)
        await by.helm.turn(sent)
        if (!sent) signal.throwIfAborted()
      }
      return killed(signal, release.upgrade(version, point))
    }
    return {
      ...simulatedActions(release, brings, () => by.own.turn(false)),
      rollOut: (_timeout, signal) => started(brings ?? "", signal),
      returnTo: (set, _revision, _timeout, signal) => started(set.version, signal),
      load: async (set, _timeout, signal) => {
        await by.own.clock.sleep(testMs, signal)
        return loaded(release, set.version)
      },
    }
  }
}

/** What a child process came to, or why it was killed, at once. */
async function killed<T>(signal: AbortSignal, result: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener("abort", abort, { once: true })
    result.then(resolve, reject)
  })
}
