import { setTimeout as sleep } from "node:timers/promises"

export interface WatchOptions {
  /** Milliseconds between two probes. */
  readonly everyMs: number
  /** Failed probes in a row after which the engine counts as gone: a busy engine may miss one. */
  readonly probes: number
}

/**
 * Waits until the engine is gone or the signal aborts. Needed because the CLI (0.21.7) does not end when its engine dies:
 * it waits for ever for the rest of its progress messages (dagger/dagger#9062).
 * @returns whether it is gone
 */
export async function untilGone(
  runs: () => Promise<boolean>,
  { everyMs, probes }: WatchOptions,
  signal: AbortSignal,
): Promise<boolean> {
  let missed = 0
  while (!signal.aborted) {
    missed = (await runs()) ? 0 : missed + 1
    if (missed >= probes) return !signal.aborted
    await pause(everyMs, signal)
  }
  return false
}

/** Sleeps, and returns early when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
