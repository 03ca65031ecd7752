import { statfs } from "node:fs/promises"

/** Bytes that are free on the disk of a directory. */
export async function freeDisk(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

/** Measures the largest decrease of free disk since the beginning. */
export interface DiskWatch {
  /** Ends the watch. @returns bytes; others who write to the same disk count as well */
  stop(): Promise<number>
}

/**
 * Watches free disk: a build uses more at its peak than it leaves.
 * @param everyMs interval of the measurements
 */
export async function watchDisk(free: () => Promise<number>, everyMs = 5000): Promise<DiskWatch> {
  const before = await free()
  let least = before
  const look = async (): Promise<void> => {
    least = Math.min(least, await free())
  }
  // A failed measurement must not end a build: `stop` measures once more, and rejects if that fails.
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
