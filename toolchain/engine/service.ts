import { spawn } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { mkdir, rename, rm, writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { totalmem } from "node:os"
import { join } from "node:path"
import { findDaemon, startDaemon, stopDaemon } from "../daemon.ts"
import { network } from "../network.ts"
import { paths } from "../paths.ts"
import type { Service, ServiceStatus } from "../steps/index.ts"
import { versions } from "../versions.ts"
import { chosenGigabytes, diskLines } from "./disk.ts"
import { type EngineInstance, type EngineLink, mainEngine } from "./instance.ts"
import type { Kept } from "./keeper.ts"
import { fixedSockets, removeLeftovers } from "./leftovers.ts"
import { setRules } from "./link.ts"
import { type Mirrors, registryLines } from "./mirrors.ts"
import { signal, signalChild } from "./signal.ts"

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

const script = join(import.meta.dirname, "namespace.sh")
const ownNetwork = join(import.meta.dirname, "instance.sh")
const keeper = join(import.meta.dirname, "keeper.ts")

/** The files in the directory of an engine. */
export const filesOf = ({ directory }: EngineInstance) =>
  ({
    running: join(directory, "running.json"),
    /** What it keeps: layers, cache, names of network namespaces. */
    state: join(directory, "root"),
    /** Written by namespace.sh when the engine ended in order. */
    cleanMark: join(directory, "root.clean"),
    /** States of killed engines, on their way out. */
    trash: join(directory, "trash"),
    configuration: join(directory, "engine.toml"),
    /** How many GB the engine that runs may keep. */
    gigabytes: join(directory, "gigabytes"),
    /** What its keeper is told. */
    kept: join(directory, "kept.json"),
  }) as const

/** Address for clients of the engine that `up` starts. */
export const engineAddress = mainEngine.address

export interface EngineParts {
  /** Output directory of the step engine-binaries. */
  readonly binaries: string
  /** The built-in TypeScript SDK: its manifest's digest, and the directory that holds its blobs as `sha256/<hex>`. */
  readonly sdk?: { readonly digest: string; readonly blobs: string }
}

/** What an engine may be told beside its parts. */
export interface EngineSettings {
  readonly mirrors?: Mirrors
  /** How many GB it may keep. Default: what suits the disk. */
  readonly gigabytes?: number
}

/** The engine as a service of this machine, made from these parts. */
export function engineService(
  parts: EngineParts,
  instance: EngineInstance = mainEngine,
  { mirrors = {}, gigabytes }: EngineSettings = {},
): Service {
  const files = filesOf(instance)
  return {
    id: instance.id,
    async up() {
      const running = await findDaemon(files.running)
      const most = gigabytes ?? (await chosenGigabytes(files.gigabytes, running !== undefined))
      const configuration = configurationOf(instance, most, mirrors)
      const identity = JSON.stringify([parts, configuration, memory, scriptsOf(instance)])
      if (running?.identity === identity && (await answers(instance))) return
      await stop(instance)
      await start(instance, parts, configuration, identity)
    },
    down: () => stopEngine(instance),
    status: () => engineStatus(instance),
  }
}

/** An engine in the machine's network is known by the one script that it was always known by. */
function scriptsOf(instance: EngineInstance): unknown {
  const main = readFileSync(script, "utf8")
  return instance.link ? [instance, main, readFileSync(ownNetwork, "utf8")] : main
}

/** Buildkit's own format: the one file of the engine whose path can be chosen. */
function configurationOf({ controlGroup }: EngineInstance, gigabytes: number, mirrors: Mirrors): string {
  return [
    "[worker.oci]",
    `defaultCgroupParent = "${controlGroup}"`,
    ...diskLines(gigabytes),
    ...registryLines(mirrors),
    "",
  ].join("\n")
}

async function start(
  instance: EngineInstance,
  parts: EngineParts,
  configuration: string,
  identity: string,
): Promise<void> {
  const files = filesOf(instance)
  await mkdir(instance.directory, { recursive: true })
  if (!instance.link)
    for (const directory of [fixedSockets, instance.view]) await mkdir(directory, { recursive: true })
  await writeFile(files.configuration, configuration)
  await discardUncleanState(instance)
  if (instance.link) await setRules(instance.link)
  else await writeFile("/proc/sys/net/ipv4/ip_forward", "1")
  await startDaemon({
    name: instance.id,
    ...(await command(instance, parts)),
    env: { ...memory, ...(parts.sdk ? { DAGGER_TYPESCRIPT_SDK_MANIFEST_DIGEST: parts.sdk.digest } : {}) },
    identity,
    stateFile: files.running,
    logs: paths.logs,
    ready: () => answers(instance),
    // It starts beside others, which keep the machine busy.
    ...(instance.link && { timeout: 120_000 }),
  })
}

const namespaces = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "slave"]

async function command(
  instance: EngineInstance,
  parts: EngineParts,
): Promise<{ readonly command: string; readonly args: readonly string[] }> {
  const { address, directory, link, view } = instance
  const files = filesOf(instance)
  const ofParts = [
    ...[parts.binaries, parts.sdk?.blobs ?? "", "--config", files.configuration, "--addr", address],
    ...["--oci-cni-pool-size", networkPool, "--oci-cni-binary-dir", join(view, "parts", "cni")],
  ]
  if (!link)
    return { command: "unshare", args: [...namespaces, "--", "sh", script, view, files.state, ...ofParts] }
  const { interface: name, hostAddress, engineAddress: own, prefixLength, port, reach } = link
  const pair = [name, hostAddress, own, String(prefixLength), String(port)]
  const registry = [network.registryAddress, String(network.registryPort), reach]
  const inside = ["sh", ownNetwork, ...pair, ...registry, script, directory, view, ...ofParts]
  const kept: Kept = { instance, command: "unshare", args: [...namespaces, "--net", "--", ...inside] }
  await writeFile(files.kept, JSON.stringify(kept))
  return { command: process.execPath, args: [keeper, files.kept] }
}

/**
 * An engine that was killed wipes its state when it starts again, which takes half a minute for some gigabytes: it is
 * moved out of the way and removed in the background instead.
 */
async function discardUncleanState(instance: EngineInstance): Promise<void> {
  const { cleanMark, state, trash } = filesOf(instance)
  const clean = existsSync(cleanMark)
  await rm(cleanMark, { force: true })
  if (clean || !existsSync(state)) return
  await mkdir(trash, { recursive: true })
  await rename(state, join(trash, `${Date.now()}`))
  spawn("rm", ["-r", "-f", trash], { detached: true, stdio: "ignore" }).unref()
}

async function stop(instance: EngineInstance): Promise<void> {
  await stopDaemon(filesOf(instance).running, patience, async ({ pid }) => {
    // A keeper passes it on.
    if (instance.link) signal(pid, "SIGTERM")
    else await signalChild(pid, "SIGTERM")
  })
  if (!instance.link) await rm(socketOf(instance.address), { force: true })
  await removeLeftovers(instance)
}

/** Stops the engine, whatever it was made from, and removes everything of it from the machine. */
export async function stopEngine(instance: EngineInstance = mainEngine): Promise<void> {
  await stop(instance)
  await rm(filesOf(instance).trash, { recursive: true, force: true })
}

export async function engineStatus(instance: EngineInstance = mainEngine): Promise<ServiceStatus> {
  const { address, id } = instance
  const running = await findDaemon(filesOf(instance).running)
  if (!running) return { id, state: "down", detail: "not running" }
  const where = `v${versions.dagger} at ${address}, process ${running.pid}`
  if (await answers(instance)) return { id, state: "up", detail: where }
  return { id, state: "broken", detail: `${where}: does not answer; \`up\` starts it anew` }
}

const socketOf = (address: string): string => address.replace("unix://", "")

/**
 * From the machine's own end of the link: while that is not there, the address leads to the default gateway, and whatever
 * answers there.
 */
const placeIn = ({ engineAddress: host, hostAddress: localAddress, port }: EngineLink) => ({
  host,
  localAddress,
  port,
})

/** Whether something accepts connections at the engine's address. */
function answers({ address, link }: EngineInstance): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(link ? placeIn(link) : { path: socketOf(address) })
    const end = (answer: boolean) => {
      connection.destroy()
      resolve(answer)
    }
    connection.setTimeout(2000, () => end(false))
    connection.on("connect", () => end(true))
    connection.on("error", () => end(false))
  })
}
