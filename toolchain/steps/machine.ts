import { readFile } from "node:fs/promises"
import { availableParallelism } from "node:os"
import type { Load } from "./schedule.ts"

const gibibyte = 2 ** 30
/** Reserved for the engine, the registry and other programs that run during a build, in GiB. */
const reserved = 1
/** The memory of a light step: with less free, steps run one after the other. */
const leastMemory = 0.5
/** Downloads mostly wait for servers: more of them at once make each slower. */
const downloads = 2

/** The resources for steps: the memory that is free now, within the limit of a control group, and the cores. */
export async function thisMachine(): Promise<Load> {
  const meminfo = await readFile("/proc/meminfo", "utf8")
  return machineOf({ meminfo, limit: process.constrainedMemory(), cores: availableParallelism() })
}

interface Measured {
  /** Text of /proc/meminfo. */
  readonly meminfo: string
  /** Bytes that a control group allows; 0, or more than there is, without a limit. */
  readonly limit: number
  readonly cores: number
}

export function machineOf({ meminfo, limit, cores }: Measured): Load {
  const available = Number(/^MemAvailable:\s+(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) * 1024
  const allowed = limit > 0 ? Math.min(available, limit) : available
  return { memory: Math.max(leastMemory, allowed / gibibyte - reserved), cores, downloads }
}
