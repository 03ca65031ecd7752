import { readdir, readFile, rm, rmdir } from "node:fs/promises"
import { join } from "node:path"
import pRetry from "p-retry"
import { CommandError, execute } from "../steps/index.ts"
import { bridge, removalOf } from "./firewall.ts"
import type { EngineInstance } from "./instance.ts"
import { removeLink } from "./link.ts"

/** Where the main engine listens besides the address it is given: every engine does, and further ones mount over it. */
export const fixedSockets = "/run/dagger"

/** Made by namespace.sh to mount over; whoever else uses them has something in them. */
const mountPoints = ["/run/buildkit", "/run/containers", "/var/lib/cni"]

/**
 * Removes what an engine that is gone may have left on the machine: control groups, its network, firewall rules,
 * sockets. Processes and mounts need no care, they ended with the engine's namespaces.
 */
export async function removeLeftovers({ controlGroup, view, link }: EngineInstance): Promise<void> {
  await removeControlGroups(controlGroup)
  if (link) return removeLink(link)
  await removeBridge()
  for (const backend of ["nft", "legacy"]) await removeRules(backend)
  await rm(join(fixedSockets, "engine.sock"), { force: true })
  for (const directory of [fixedSockets, view, ...mountPoints]) await removeEmpty(directory)
}

async function removeBridge(): Promise<void> {
  const interfaces = await readdir("/sys/class/net")
  if (interfaces.includes(bridge)) await execute("ip", ["link", "delete", bridge])
}

async function removeRules(backend: string): Promise<void> {
  // iptables-legacy-save would load kernel modules; without this file there are no legacy rules.
  if (backend === "legacy" && !(await exists("/proc/net/ip_tables_names"))) return
  const saved = await execute(`/usr/sbin/iptables-${backend}-save`, []).catch((error) => {
    // A machine on which no engine has run yet has no iptables, and no rules.
    if (error instanceof CommandError && error.message.endsWith("is not installed")) return ""
    throw error
  })
  const removal = removalOf(saved)
  if (removal) await execute(`/usr/sbin/iptables-${backend}-restore`, ["--noflush"], { input: removal })
}

/** Version 1 has one tree per controller, version 2 a single one: whichever is mounted, all trees are visited. */
async function removeControlGroups(name: string): Promise<void> {
  for (const tree of await cgroupTrees()) await removeGroup(join(tree, name))
}

async function cgroupTrees(): Promise<string[]> {
  const mounts = await readFile("/proc/self/mounts", "utf8")
  const found = mounts.split("\n").map((line) => line.split(" "))
  return found.filter(([, , type]) => type === "cgroup" || type === "cgroup2").map(([, path]) => path ?? "")
}

async function removeGroup(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return []
    throw error
  })
  for (const entry of entries) if (entry.isDirectory()) await removeGroup(join(path, entry.name))
  const code = (error: unknown) => (error as NodeJS.ErrnoException).code
  // The kernel says busy until the last process of the group has been buried, some milliseconds after its death.
  await pRetry(() => rmdir(path), {
    ...{ retries: 100, minTimeout: 30, factor: 1 },
    shouldRetry: ({ error }) => code(error) === "EBUSY",
  }).catch((error: unknown) => {
    if (code(error) !== "ENOENT") throw error
  })
}

async function removeEmpty(directory: string): Promise<void> {
  await rmdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "ENOTEMPTY") throw error
  })
}

const exists = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  )
