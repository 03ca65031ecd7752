import { existsSync, readFileSync, statfsSync } from "node:fs"
import { dirname, join } from "node:path"
import { BootstrapError, cache, run } from "./shared.mjs"

const gigabyte = 1e9
/** What a cold toolchain takes: modules, build caches, images, layers. */
const diskNeeded = 15 * gigabyte
/** What must still be free beside a toolchain that is there already. */
const diskKeptFree = 2 * gigabyte
/** The largest build takes 4 GB, engine and cluster 2. */
const memoryNeeded = 7 * gigabyte

/**
 * Refuses, in one sentence, a machine that cannot hold the toolchain: before anything was installed or built.
 * Commands that do without it, and machines where a remote engine is named, pass.
 */
export function checkMachine(command, args) {
  if (!needsToolchain(command, args) || process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST) return
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw unfit(`this needs Linux on x64, here is ${process.platform} on ${process.arch}`)
  }
  if (process.getuid() !== 0) throw unfit("this needs root: it starts an engine and a cluster")
  const memory = totalMemory()
  if (memory < memoryNeeded)
    throw unfit(`this needs ${show(memoryNeeded)} of memory, here are ${show(memory)}`)
  const free = freeDisk()
  if (free >= diskNeeded || free + usedByCache() >= diskNeeded + diskKeptFree) return
  throw unfit(`this needs ${show(diskNeeded)} of free disk below ${cache}, there are ${show(free)}`)
}

const unfit = (reason) => new BootstrapError(`Not on this machine: ${reason}.`, 13)
const show = (bytes) => `${(bytes / gigabyte).toFixed(1)} GB`

/** Whether a command brings the toolchain up on this machine. */
export function needsToolchain(command, args) {
  if (args.includes("--help")) return false
  if (command === "test") return tierOf(args) !== "unit"
  if (command === "demo") return !args.includes("--verify")
  if (command === "toolchain") return args[0] === "up" || (args[0] === "cluster" && args[1] === "up")
  return command === "bench" || command === "faults"
}

function tierOf(args) {
  const inline = args.find((arg) => arg.startsWith("--tier="))
  return inline ? inline.slice("--tier=".length) : args[args.indexOf("--tier") + 1]
}

function totalMemory() {
  const kilobytes = /^MemTotal:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY
  return Math.min(Number(kilobytes) * 1024, limit)
}

function freeDisk() {
  let directory = cache
  while (!existsSync(directory)) directory = dirname(directory)
  const { bavail, bsize } = statfsSync(directory)
  return bavail * bsize
}

/** Counts only when the disk is tight, because it walks all files. */
function usedByCache() {
  const built = join(cache, "steps")
  return existsSync(built) ? Number.parseInt(run("du", ["-s", "--block-size=1", cache]), 10) : 0
}
