import { readFile } from "node:fs/promises"
import { availableParallelism } from "node:os"
import type { Load } from "./schedule.ts"

const gibibyte = 2 ** 30
/** Left to the engine, the registry and everything else that runs beside a build, in GiB. */
const leftAlone = 1
/** What even a light step takes: with next to nothing free, one step runs after the other. */
const leastMemory = 0.5
/** Downloads wait for servers more than for this machine; more of them at once only make each slower. */
const downloads = 2

/** What this machine has for steps: the memory that is free now, within the limit of a control group, and the cores. */
export async function thisMachine(): Promise<Load> {
  const meminfo = await readFile("/proc/meminfo", "utf8")
  return machineOf({ meminfo, limit: process.constrainedMemory(), cores: availableParallelism() })
}

interface Seen {
  /** Text of /proc/meminfo. */
  readonly meminfo: string
  /** Bytes that a control group allows; 0, or more than there is, without a limit. */
  readonly limit: number
  readonly cores: number
}

export function machineOf({ meminfo, limit, cores }: Seen): Load {
  const available = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) * 1024
  const allowed = limit > 0 ? Math.min(available, limit) : available
  return { memory: Math.max(leastMemory, allowed / gibibyte - leftAlone), cores, downloads }
}
