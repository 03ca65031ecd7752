import { spawn } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"
import { get } from "node:http"
import { createConnection } from "node:net"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { lastLines, type Service, type ServiceStatus, ToolchainError, takeLock } from "../../steps/index.ts"
import { ports } from "../node/layout.ts"
import { create, inspect, remove, start, terminate } from "./container.ts"
import { type ClusterInstance, files, machineNames, mainInstance } from "./instance.ts"
import { connect, disconnect } from "./link.ts"

const readyWithinMs = 120_000
const stopPatienceMs = 5_000

export interface HostClusterOptions {
  /** Default: the one cluster of `toolchain cluster`. */
  readonly instance?: ClusterInstance
  /** Called once when another process is busy with the same cluster. */
  readonly onWait?: (holder: string) => void
}

/**
 * The cluster of host processes: the embedded cluster's root file system and program, in namespaces that the
 * machine's own container runtime makes. Its first process holds all others: when that one dies, they all do.
 * @param rootfs directory of the finished step `cluster-rootfs`
 */
export function hostCluster(rootfs: string, options: HostClusterOptions = {}): Service {
  const instance = options.instance ?? mainInstance
  const locked = async (purpose: string, work: () => Promise<void>): Promise<void> => {
    const release = await takeLock(
      machineNames(instance).container,
      purpose,
      options.onWait ?? (() => undefined),
    )
    try {
      await work()
    } finally {
      await release()
    }
  }
  return {
    id: instance.name,
    up: () => locked("cluster up", () => up(instance, rootfs)),
    down: () => locked("cluster down", () => down(instance)),
    status: () => status(instance),
  }
}

async function up(instance: ClusterInstance, rootfs: string): Promise<void> {
  const present = await inspect(instance)
  if (present?.status !== "running" || present.rootfs !== rootfs) {
    await down(instance)
    const pid = await create(instance, rootfs)
    await connect(instance, pid)
    await start(instance)
  }
  await untilReady(instance)
  await ensureForward(instance)
}

async function down(instance: ClusterInstance): Promise<void> {
  const container = await inspect(instance)
  if (container?.status === "running") await terminate(instance, container.pid, stopPatienceMs)
  await remove(instance)
  await disconnect(instance)
}

async function status(instance: ClusterInstance): Promise<ServiceStatus> {
  const { name: id, nodeAddress, forwardPort } = instance
  const container = await inspect(instance)
  if (container?.status !== "running") return { id, state: "down", detail: "not running" }
  const server = `https://${nodeAddress}:${ports.apiServer}`
  const detail = `${server}, process ${container.pid}, kubeconfig ${files(instance).adminKubeconfig}`
  if (!(await isReady(instance))) return { id, state: "broken", detail: `${server} is not ready` }
  if (!(await accepts("127.0.0.1", forwardPort)))
    return { id, state: "broken", detail: `nothing listens on 127.0.0.1:${forwardPort}` }
  return { id, state: "up", detail }
}

async function untilReady(instance: ClusterInstance): Promise<void> {
  const deadline = Date.now() + readyWithinMs
  while (!(await isReady(instance))) {
    const failed = (await inspect(instance))?.status !== "running" ? "ended" : undefined
    const late = Date.now() > deadline ? `is not ready after ${readyWithinMs / 1000} s` : undefined
    const problem = failed ?? late
    if (problem) {
      const last = await lastLines(instance.log, 15)
      throw new ToolchainError(
        "CLUSTER_NOT_READY",
        `the cluster ${problem}\n${last.join("\n")}`,
        `Read ${instance.log} and the logs in ${join(files(instance).state, "logs")}, then run \`cluster up\` again.`,
      )
    }
    await sleep(50)
  }
}

/** The node program says so itself; that something accepts connections at an address proves nothing. */
function isReady({ nodeAddress: host }: ClusterInstance): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get({ host, port: ports.ready, path: "/ready", timeout: 1000, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode === 200 && response.headers["x-cluster"] === "ready")
    })
    call.on("timeout", () => call.destroy(new Error("no answer in time")))
    call.on("error", () => resolve(false))
  })
}

/** The forwarder lives in the container's process namespace, so that it dies with it, and in the host's network. */
async function ensureForward(instance: ClusterInstance): Promise<void> {
  const { nodeAddress, forwardPort } = instance
  if (await accepts("127.0.0.1", forwardPort)) return
  const container = await inspect(instance)
  if (!container) throw new Error("the cluster ended before its port could be forwarded")
  const log = openSync(instance.log, "a")
  const program = [
    join(import.meta.dirname, "forward.ts"),
    String(forwardPort),
    nodeAddress,
    String(ports.apiServer),
  ]
  const enter = ["--target", String(container.pid), "--pid", "--", process.execPath, ...program]
  const child = spawn("nsenter", enter, { detached: true, stdio: ["ignore", log, log] })
  closeSync(log)
  let ended: string | undefined
  child.on("error", (error) => {
    ended = error.message
  })
  child.on("exit", (code) => {
    ended = `status ${code}: ${readFileSync(instance.log, "utf8").trimEnd().split("\n").at(-1)}`
  })
  child.unref()
  while (!(await accepts("127.0.0.1", forwardPort))) {
    if (ended !== undefined)
      throw new ToolchainError(
        "CLUSTER_FORWARD",
        `port ${forwardPort} could not be forwarded: ${ended}`,
        `See what listens on 127.0.0.1:${forwardPort}, or read ${instance.log}.`,
      )
    await sleep(20)
  }
}

/** Whether something accepts connections there. */
function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 1000 })
    const done = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once("connect", () => done(true))
    socket.once("error", () => done(false))
    socket.once("timeout", () => done(false))
  })
}
