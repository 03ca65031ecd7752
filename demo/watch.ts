import { setTimeout as sleep } from "node:timers/promises"

export interface WatchOptions {
  /** Milliseconds between two looks. */
  readonly everyMs: number
  /** So many looks in a row have to find it gone: a busy engine may miss one. */
  readonly looks: number
}

/**
 * Waits until the engine is gone, or the signal says that nobody wants to know any more. The CLI itself (0.21.7) does
 * not end then: it waits for the rest of its progress messages, for ever (dagger/dagger#9062).
 * @returns whether it is gone
 */
export async function untilGone(
  runs: () => Promise<boolean>,
  { everyMs, looks }: WatchOptions,
  signal: AbortSignal,
): Promise<boolean> {
  let missed = 0
  while (!signal.aborted) {
    missed = (await runs()) ? 0 : missed + 1
    if (missed >= looks) return !signal.aborted
    await pause(everyMs, signal)
  }
  return false
}

/** Ends early, and well, when nobody wants to know any more. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
