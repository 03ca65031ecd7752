import { readdirSync, readFileSync } from "node:fs"
import { connect } from "node:tls"
import { execute } from "../../../toolchain/steps/index.ts"

/** What a cluster could leave on a machine. */
export interface Traces {
  readonly mounts: readonly string[]
  readonly interfaces: readonly string[]
  readonly firewall: readonly string[]
  readonly groups: readonly string[]
  readonly processes: readonly string[]
}

/** Everything on this machine that carries one of the names. */
export async function tracesOf(names: readonly string[]): Promise<Traces> {
  const named = (lines: readonly string[]) =>
    lines.filter((line) => names.some((name) => line.includes(name)))
  const links = JSON.parse(await execute("ip", ["-json", "link", "show"])) as readonly { ifname: string }[]
  const firewall = await Promise.all(
    ["filter", "nat"].map((table) => execute("iptables", ["--wait", "--table", table, "-S"])),
  )
  return {
    mounts: named(readFileSync("/proc/mounts", "utf8").split("\n")),
    interfaces: named(links.map(({ ifname }) => ifname)),
    firewall: named(firewall.flatMap((text) => text.split("\n"))),
    groups: named(groups("/sys/fs/cgroup", 3)),
    processes: named(commandLines()),
  }
}

function groups(directory: string, depth: number): readonly string[] {
  if (depth === 0) return []
  const children = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return children.flatMap(({ name }) => [
    `${directory}/${name}`,
    ...groups(`${directory}/${name}`, depth - 1),
  ])
}

function commandLines(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => commandOf(pid).replaceAll("\0", " "))
}

/** Command line of a process, its arguments ended by NUL; empty when it has ended between being listed and being read. */
export const commandOf = (pid: number | string): string => ofProcess(pid, "cmdline")

/** Name of a process; empty when it has ended. */
export const nameOf = (pid: number | string): string => ofProcess(pid, "comm").trim()

/** Children of a process whose only thread started them all; none when it has ended. */
export function childrenOf(pid: number): readonly number[] {
  const list = ofProcess(pid, `task/${pid}/children`).trim()
  return list === "" ? [] : list.split(" ").map(Number)
}

/** Sends a signal to a process that may have ended by now. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (!hasEnded(error)) throw error
  }
}

function ofProcess(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8")
  } catch (error) {
    if (hasEnded(error)) return ""
    throw error
  }
}

const hasEnded = (error: unknown): boolean =>
  ["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")

/** Whether a TLS client that knows only this authority accepts who answers there. */
export function accepts(authority: string, host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ca: authority, timeout: 5000 }, () => {
      resolve(socket.authorized)
      socket.destroy()
    })
    socket.on("error", () => resolve(false))
    socket.on("timeout", () => socket.destroy(new Error("no answer in time")))
  })
}
