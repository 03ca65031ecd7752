import { mkdir, readFile, rename, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { freeDisk } from "../steps/index.ts"

const gigabyte = 1e9
const smallest = 5
const largest = 40

/** How many GB an engine may keep where so many bytes are free: a third of them, between 5 and 40. */
export function gigabytesFor(free: number): number {
  return Math.min(largest, Math.max(smallest, Math.floor(free / 3 / gigabyte)))
}

/**
 * The lines of Buildkit's configuration for an engine that may keep so much. Its default keeps a fifth of the disk
 * free: below that, it throws away every result and cache volume that no session uses, every 30 s. A disk with 40 GB
 * left of 250 would have no cache at all.
 */
export const diskLines = (gigabytes: number): readonly string[] => [
  // Never thrown away for being old.
  `reservedSpace = "${Math.ceil(gigabytes / 4)}GB"`,
  `maxUsedSpace = "${gigabytes}GB"`,
  'minFreeSpace = "3GB"',
]

/**
 * How many GB the engine may keep: what it was started with, if it runs, else what suits the disk now. Free disk
 * differs from call to call, and another configuration is a reason to start an engine anew: hence it is written down.
 * @param file where; its directory is on the disk in question
 */
export async function chosenGigabytes(file: string, running: boolean): Promise<number> {
  const recorded = running ? await readRecord(file) : undefined
  if (recorded !== undefined) return recorded
  await mkdir(dirname(file), { recursive: true })
  const chosen = gigabytesFor(await freeDisk(dirname(file)))
  await writeFile(`${file}.new`, `${chosen}\n`)
  await rename(`${file}.new`, file)
  return chosen
}

/** Undefined for an engine that was started before there was a record, and for a record cut short by a kill. */
async function readRecord(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return ""
    throw error
  })
  const gigabytes = /^(\d{1,2})\n$/.exec(text)?.[1]
  return gigabytes === undefined ? undefined : Number(gigabytes)
}
