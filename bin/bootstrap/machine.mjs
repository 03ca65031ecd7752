import { existsSync, readFileSync, statfsSync } from "node:fs"
import { dirname, join } from "node:path"
import { BootstrapError, cache, run } from "./shared.mjs"

const gigabyte = 1e9
/** What a cold toolchain takes at its peak: modules, compiled packages, programs, images. The larger half goes again. */
const diskNeeded = 21 * gigabyte
/** What a built one takes beside what it has: layers, results, logs. */
const diskNeededOnceBuilt = 5 * gigabyte
/** The largest build takes 4 GB, engine and cluster 2. */
const memoryNeeded = 7 * gigabyte

/**
 * Refuses, in one sentence, a machine that cannot hold the toolchain: before anything was installed or built.
 * Commands that do without it, and machines where a remote engine is named, pass.
 */
export function checkMachine(command, args) {
  if (!needsToolchain(command, args) || process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST) return
  const reason = refusal({
    platform: process.platform,
    arch: process.arch,
    user: process.getuid?.(),
    memory: totalMemory,
    free: freeDisk,
    used: usedByCache,
    built: isBuilt,
  })
  if (reason) throw new BootstrapError(`Not on this machine: ${reason}.`, 13)
}

/** Why a machine will not do; undefined if it will. What is costly to learn is asked for only when it decides. */
export function refusal({ platform, arch, user, memory, free, used, built }) {
  if (platform !== "linux" || arch !== "x64") return `this needs Linux on x64, here is ${platform} on ${arch}`
  if (user !== 0) return "this needs root, because it starts an engine and a cluster"
  if (memory() < memoryNeeded) return `this needs ${show(memoryNeeded)} of memory, here are ${show(memory())}`
  const available = free()
  const needed = built() ? diskNeededOnceBuilt : diskNeeded
  if (available >= needed) return undefined
  // What an interrupted run has built counts as much as the room that it took.
  if (needed === diskNeeded && available + used() >= needed) return undefined
  return `this needs ${show(needed)} of free disk for ${cache}, there are ${show(available)}`
}

const show = (bytes) => `${(bytes / gigabyte).toFixed(1)} GB`

/** Whether a command brings the toolchain up on this machine. */
export function needsToolchain(command, args) {
  if (args.includes("--help")) return false
  if (command === "test") return tiersOf(args).some((tier) => tier !== "unit")
  if (command === "demo") return !args.includes("--verify")
  if (command === "toolchain") return args[0] === "up" || (args[0] === "cluster" && args[1] === "up")
  return ["bench", "corpus", "faults"].includes(command)
}

/** The tiers that are named, or a word for all of them. */
function tiersOf(args) {
  const named = args.flatMap((arg, index) => {
    if (arg.startsWith("--tier=")) return [arg.slice("--tier=".length)]
    return arg === "--tier" ? [args[index + 1]] : []
  })
  return named.length > 0 ? named : ["all"]
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

/** A set-up ends with the toolbox file, and once everything is built, what Go has kept goes. */
const isBuilt = () => existsSync(join(cache, "toolbox.yaml")) && !existsSync(join(cache, "go"))

/** Walks all files, which takes seconds. */
function usedByCache() {
  const built = join(cache, "steps")
  return existsSync(built) ? Number.parseInt(run("du", ["-s", "--block-size=1", cache]), 10) : 0
}
