/** A real SonarQube as a process of this machine: loopback only, unprivileged, with its files in a directory of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { chownSync, createWriteStream, mkdirSync, readdirSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"

/** What an unprivileged process runs as where the test itself is root: Elasticsearch refuses root. */
const nobody = 65534
const isRoot = process.getuid?.() === 0

export interface RunningServer {
  readonly address: string
  /** Its status as it says itself; undefined while nobody answers. */
  status(): Promise<string | undefined>
  /** Ends all of its processes at once; undefined for a server that goes on. */
  readonly kill: (() => Promise<void>) | undefined
  stop(): Promise<void>
}

/** A server that runs already. @param pid of the process that has started its others; they are one process group */
export function runningServer(address: string, pid: number | undefined): RunningServer {
  const kill = pid === undefined ? undefined : async () => endGroup(pid, "SIGKILL")
  return { address, status: () => statusOf(address), kill, stop: async () => {} }
}

/** @param home of the unpacked distribution, which is not written to @param place an empty directory */
export async function startServer(home: string, place: string): Promise<RunningServer> {
  const [web, search] = [await freePort(), await freePort()]
  const own = ["data", "logs", "temp"].map((name) => join(place, name))
  for (const directory of [place, ...own]) {
    mkdirSync(directory, { recursive: true })
    if (isRoot) chownSync(directory, nobody, nobody)
  }
  const jar = readdirSync(join(home, "lib")).find((name) => /^sonar-application-.*\.jar$/.test(name))
  if (jar === undefined) throw new Error(`${home} holds no SonarQube`)
  const settings = {
    ...{
      "path.data": own[0],
      "path.logs": own[1],
      "path.temp": own[2],
      "web.port": web,
      "search.port": search,
    },
    ...{ "web.host": "127.0.0.1", "telemetry.enable": false, "updatecenter.activate": false },
    "search.javaAdditionalOpts": "-Dnode.store.allow_mmap=false -Ddiscovery.type=single-node",
  }
  const options = Object.entries(settings).map(([key, value]) => `-Dsonar.${key}=${String(value)}`)
  const child = spawn("java", ["-jar", join(home, "lib", jar), ...options], {
    ...{ cwd: place, detached: true, stdio: ["ignore", "pipe", "pipe"] },
    ...(isRoot ? { uid: nobody, gid: nobody } : {}),
  })
  const log = createWriteStream(join(place, "server.log"))
  child.stdout?.pipe(log)
  child.stderr?.pipe(log)
  const address = `http://127.0.0.1:${web}`
  const kill = async () => endGroup(child.pid ?? 0, "SIGKILL")
  const status = async () => {
    if (child.exitCode !== null)
      throw new Error(`the server ended with ${child.exitCode}: see ${place}/server.log`)
    return statusOf(address)
  }
  return { address, status, kill, stop: () => stop(child) }
}

export async function statusOf(address: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${address}/api/system/status`, { signal: AbortSignal.timeout(5000) })
    const { status } = (await response.json()) as { status?: string }
    return status
  } catch {
    return undefined
  }
}

/** All of its processes: it starts three more. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return
  const ended = new Promise((done) => child.once("exit", done))
  endGroup(child.pid, "SIGTERM")
  await Promise.race([ended, pause(30_000)])
  endGroup(child.pid, "SIGKILL")
}

function endGroup(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid <= 1) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once("error", failed)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => (typeof address === "object" && address !== null ? found(address.port) : failed()))
    })
  })
}
