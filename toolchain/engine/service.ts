import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { totalmem } from "node:os"
import { join } from "node:path"
import { findDaemon, startDaemon, stopDaemon } from "../daemon.ts"
import { network } from "../network.ts"
import { paths } from "../paths.ts"
import type { Service, ServiceStatus } from "../steps/index.ts"
import { versions } from "../versions.ts"
import { chosenGigabytes, diskLines } from "./disk.ts"
import { controlGroup, fixedSockets, privateView, removeLeftovers } from "./leftovers.ts"

/** Network namespaces kept ready. The default of 128 takes 17 s to tear down, 8 take 4 s. */
const networkPool = "8"
/** Milliseconds that the engine gets to write its state down at the end. */
const patience = 30_000

/**
 * Go's garbage collector: run a quarter as often as by default, it leaves a call a sixth faster, for 1.3 GB instead of
 * 0.5 GB of memory. Near the limit, a quarter of the machine's memory and no more than 4 GiB, it runs as often as it must.
 */
const memory = {
  GOGC: "400",
  GOMEMLIMIT: `${Math.round(Math.min(4 * 1024, totalmem() / 2 ** 20 / 4))}MiB`,
} as const

const socket = join(paths.engine, "engine.sock")
const stateFile = join(paths.engine, "running.json")
const script = join(import.meta.dirname, "namespace.sh")
/** What the engine keeps: layers, cache, names of network namespaces. */
const state = join(paths.engine, "root")
/** Written by namespace.sh when the engine ended in order. */
const cleanMark = `${state}.clean`
/** States of killed engines, on their way out. */
const trash = join(paths.engine, "trash")
const configFile = join(paths.engine, "engine.toml")
/** How many GB the engine that runs may keep. */
const diskFile = join(paths.engine, "gigabytes")

/** Address for clients of the engine that this toolchain runs. */
export const engineAddress = `unix://${socket}`

export interface EngineParts {
  /** Output directory of the step engine-binaries. */
  readonly binaries: string
  /** The built-in TypeScript SDK: its manifest's digest, and the directory that holds its blobs as `sha256/<hex>`. */
  readonly sdk?: { readonly digest: string; readonly blobs: string }
}

/** The engine as a service of this machine, made from these parts. */
export function engineService(parts: EngineParts): Service {
  return {
    id: "engine",
    async up() {
      const running = await findDaemon(stateFile)
      const configuration = configurationOf(await chosenGigabytes(diskFile, running !== undefined))
      const identity = JSON.stringify([parts, configuration, memory, readFileSync(script, "utf8")])
      if (running?.identity === identity && (await answers())) return
      await stop()
      await start(parts, configuration, identity)
    },
    down: stopEngine,
    status: engineStatus,
  }
}

/** Buildkit's own format: the one file of the engine whose path can be chosen. */
function configurationOf(gigabytes: number): string {
  return [
    "[worker.oci]",
    `defaultCgroupParent = "${controlGroup}"`,
    ...diskLines(gigabytes),
    `[registry."${network.registry}"]`,
    "http = true",
    "",
  ].join("\n")
}

async function start(parts: EngineParts, configuration: string, identity: string): Promise<void> {
  await mkdir(paths.engine, { recursive: true })
  for (const directory of [fixedSockets, privateView]) await mkdir(directory, { recursive: true })
  await writeFile(configFile, configuration)
  await discardUncleanState()
  await writeFile("/proc/sys/net/ipv4/ip_forward", "1")
  const engine = ["--config", configFile, "--addr", engineAddress, "--oci-cni-pool-size", networkPool]
  const cni = ["--oci-cni-binary-dir", join(privateView, "parts", "cni")]
  await startDaemon({
    name: "engine",
    command: "unshare",
    args: [
      ...["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "slave", "--"],
      ...[
        "sh",
        script,
        join(paths.engine, "root"),
        parts.binaries,
        parts.sdk?.blobs ?? "",
        ...engine,
        ...cni,
      ],
    ],
    env: { ...memory, ...(parts.sdk ? { DAGGER_TYPESCRIPT_SDK_MANIFEST_DIGEST: parts.sdk.digest } : {}) },
    identity,
    stateFile,
    logs: paths.logs,
    ready: answers,
  })
}

/**
 * An engine that was killed wipes its state when it starts again, which takes half a minute for some gigabytes: it is
 * moved out of the way and removed in the background instead.
 */
async function discardUncleanState(): Promise<void> {
  const clean = existsSync(cleanMark)
  await rm(cleanMark, { force: true })
  if (clean || !existsSync(state)) return
  await mkdir(trash, { recursive: true })
  await rename(state, join(trash, `${Date.now()}`))
  spawn("rm", ["-r", "-f", trash], { detached: true, stdio: "ignore" }).unref()
}

async function stop(): Promise<void> {
  await stopDaemon(stateFile, patience, async ({ pid }) => {
    // unshare waits and passes no signal on: its child, the first process of the namespace, gets it.
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "")
    const first = Number.parseInt(children, 10)
    if (first > 0) process.kill(first, "SIGTERM")
  })
  await rm(socket, { force: true })
  await removeLeftovers()
}

/** Stops the engine, whatever it was made from, and removes everything of it from the machine. */
export async function stopEngine(): Promise<void> {
  await stop()
  await rm(trash, { recursive: true, force: true })
}

export async function engineStatus(): Promise<ServiceStatus> {
  const running = await findDaemon(stateFile)
  if (!running) return { id: "engine", state: "down", detail: "not running" }
  const where = `v${versions.dagger} at ${engineAddress}, process ${running.pid}`
  if (await answers()) return { id: "engine", state: "up", detail: where }
  return {
    id: "engine",
    state: "broken",
    detail: `${where}: does not answer; \`up\` starts it anew`,
  }
}

/** Whether something accepts connections at the engine's socket. */
function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket)
    const end = (answer: boolean) => {
      connection.destroy()
      resolve(answer)
    }
    connection.setTimeout(2000, () => end(false))
    connection.on("connect", () => end(true))
    connection.on("error", () => end(false))
  })
}
