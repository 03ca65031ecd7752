import type { Clock } from "../../../../src/deploy/clock.ts"

/** Steps that a world may take; more means that somebody waits for ever. */
const stepLimit = 20_000

interface Parked {
  readonly process: Process
  /** Sent and not arrived: it may still arrive when its process is stopped or dead. */
  readonly sent: boolean
  resume(): void
}

interface Timer {
  readonly process: Process
  due: number
  fire(): void
}

/**
 * Lets processes act in one world, one step of one of them at a time, in an order that a tape of numbers chooses; time
 * passes only between steps. Where the tape has ended, the oldest step comes first, and time passes when nobody can act.
 */
export class Interleaving {
  elapsed = 0
  readonly #tape: readonly number[]
  readonly #parked: Parked[] = []
  readonly #timers = new Set<Timer>()
  #taken = 0

  constructor(tape: readonly number[]) {
    this.#tape = tape
  }

  park(parked: Parked): void {
    this.#parked.push(parked)
  }

  /** Returns how to take it back. */
  at(timer: Timer): () => void {
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** All the time that a process was suspended did not pass for it. */
  postpone(process: Process, ms: number): void {
    for (const timer of this.#timers) if (timer.process === process) timer.due += ms
  }

  /** Until nobody has anything left to do. */
  async run(): Promise<void> {
    for (let step = 0; step < stepLimit; step++) {
      // Whoever was resumed runs until it asks for something again.
      await new Promise((resolve) => setImmediate(resolve))
      const ready = this.#parked.filter(({ process, sent }) => process.acts(sent))
      const next = this.#nextTimer()
      const choices = ready.length + (next === null ? 0 : 1)
      if (choices === 0) return
      const chosen = ready[(this.#tape[this.#taken++] ?? 0) % choices]
      if (chosen !== undefined) {
        this.#parked.splice(this.#parked.indexOf(chosen), 1)
        chosen.resume()
      } else if (next !== null) {
        this.elapsed = Math.max(this.elapsed, next.at)
        for (const timer of next.timers) {
          this.#timers.delete(timer)
          timer.fire()
        }
      }
    }
    throw new Error(`the world did not come to rest within ${stepLimit} steps`)
  }

  /** The next moment at which something happens: for a stopped process that is when it goes on. */
  #nextTimer(): { readonly at: number; readonly timers: readonly Timer[] } | null {
    const moment = ({ process, due }: Timer) => Math.max(due, process.stoppedUntil)
    const living = [...this.#timers].filter(({ process }) => !process.dead)
    const stopped = this.#parked.map(({ process }) => process).filter((one) => one.stopped && !one.dead)
    if (living.length + stopped.length === 0) return null
    const at = Math.min(...living.map(moment), ...stopped.map((one) => one.stoppedUntil))
    return { at, timers: living.filter((timer) => moment(timer) <= at) }
  }
}

/** One process: it can be stopped, with or without its clock, and it can die. */
export class Process {
  stoppedUntil = 0
  dead = false
  #lands = true
  #suspended = 0
  #wakes = 0
  readonly #world: Interleaving

  constructor(world: Interleaving) {
    this.#world = world
  }

  get stopped(): boolean {
    return this.stoppedUntil > this.#world.elapsed
  }

  /** Whether a step of it may be taken now. */
  acts(sent: boolean): boolean {
    return (!this.dead && !this.stopped) || (sent && this.#lands)
  }

  /** Ends when it is this process's turn. @param sent it waits for a request of its to arrive. */
  turn(sent: boolean): Promise<void> {
    return new Promise((resume) => this.#world.park({ process: this, sent, resume }))
  }

  /** @param lands whether what it has sent arrives all the same. */
  stop(ms: number, lands: boolean): void {
    this.stoppedUntil = this.#world.elapsed + ms
    this.#lands = lands
  }

  /** As a machine that is suspended: its clock stands still. */
  suspend(ms: number, lands: boolean): void {
    this.stop(ms, lands)
    this.#suspended += ms
    this.#wakes = this.stoppedUntil
    this.#world.postpone(this, ms)
  }

  die(lands: boolean): void {
    this.dead = true
    this.#lands = lands
  }

  readonly clock: Clock = {
    now: () => new Date(Date.UTC(2026, 0, 1) + this.#world.elapsed),
    // What it still does in the moment in which it is suspended has no time of its own.
    monotonic: () => Math.max(this.#world.elapsed, this.#wakes) - this.#suspended,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason)
        const forget = this.#world.at({ process: this, due: this.#world.elapsed + ms, fire: resolve })
        const abort = () => {
          forget()
          reject(signal?.reason)
        }
        signal?.addEventListener("abort", abort, { once: true })
      }),
  }
}
