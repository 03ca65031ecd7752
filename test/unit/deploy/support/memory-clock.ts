import type { Clock } from "../../../../src/deploy/clock.ts"

/** A clock that jumps: a sleep ends at once and moves time; a sleep that can be aborted lasts until it is. */
export class MemoryClock implements Clock {
  elapsed = 0
  /** What happens while time passes. */
  onTick: (now: number) => void | Promise<void> = () => {}

  now(): Date {
    return new Date(Date.UTC(2026, 0, 1) + this.elapsed)
  }

  monotonic(): number {
    return this.elapsed
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal !== undefined)
      return new Promise((_, reject) => {
        const abort = () => reject(signal.reason)
        if (signal.aborted) abort()
        else signal.addEventListener("abort", abort, { once: true })
      })
    this.elapsed += ms
    await this.onTick(this.elapsed)
  }
}
