import { statfs } from "node:fs/promises"

/** Bytes that are free on the disk of a directory. */
export async function freeDisk(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

/** How much less free disk there was at the worst moment than at the beginning. */
export interface DiskWatch {
  /** Ends the watch. @returns bytes; others who write to the same disk count as well */
  stop(): Promise<number>
}

/**
 * Watches free disk: what a build takes at its peak is more than what it leaves.
 * @param everyMs how often it looks
 */
export async function watchDisk(free: () => Promise<number>, everyMs = 5000): Promise<DiskWatch> {
  const before = await free()
  let least = before
  const look = async (): Promise<void> => {
    least = Math.min(least, await free())
  }
  // A look that fails is no reason to end a build: the last one, whose failure counts, asks the same.
  const timer = setInterval(() => void look().catch(() => undefined), everyMs)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await look()
      return before - least
    },
  }
}
