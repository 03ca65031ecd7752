import { setTimeout as sleep } from "node:timers/promises"

/** Time as the driver sees it; tests bring their own. */
export interface Clock {
  /** Wall clock, for what people read. Never compared with another machine's. */
  now(): Date
  /** Milliseconds that only ever grow; the only clock that decides. */
  monotonic(): number
  /** Resolves after `ms`, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal })
    } catch (error) {
      // Node says only that it was aborted, and has the reason in the error's cause.
      throw signal?.aborted === true ? signal.reason : error
    }
  },
}
