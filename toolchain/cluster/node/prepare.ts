import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { networkInterfaces } from "node:os"
import { dirname, join } from "node:path"
import { mountCgroups } from "./cgroups.ts"
import { kubeletRoot, runtimeFiles, stateDirectories } from "./layout.ts"
import { type Run, run } from "./run.ts"

/** Kernel settings of the whole machine that the kubelet changes to these values unless it finds them. */
const kernelSettings: Readonly<Record<string, string>> = {
  "vm/overcommit_memory": "1",
  "vm/panic_on_oom": "0",
  "kernel/panic": "10",
  "kernel/panic_on_oops": "1",
  "kernel/keys/root_maxkeys": "1000000",
  "kernel/keys/root_maxbytes": "25000000",
}

/** Makes the mounts and directories that the components expect. Needs a mount and a cgroup namespace of its own. */
export async function prepareMachine(log: (line: string) => void, exec: Run = run): Promise<void> {
  // Volumes that the kubelet mounts have to appear in containers that run already.
  await exec("mount", ["--make-rshared", "/"])
  await mountCgroups(log, exec)
  if (fileSystemOf(stateDirectories.root, readFileSync("/proc/self/mountinfo", "utf8")) === "overlay") {
    // Containers' file systems are overlays themselves, and overlays do not stack: nothing was mounted for the state.
    log("no volume for the state: this cluster lives in memory and is gone with its container")
    await exec("mount", ["-t", "tmpfs", "-o", "mode=700", "tmpfs", stateDirectories.root])
  }
  for (const path of [...Object.values(stateDirectories), runtimeFiles.root, runtimeFiles.plugins])
    mkdirSync(path, { recursive: true, mode: 0o700 })
  mkdirSync(kubeletRoot, { recursive: true })
  await exec("mount", ["--bind", stateDirectories.kubelet, kubeletRoot])
  await exec("mount", ["--make-rshared", kubeletRoot])
  await shieldKernelSettings(exec)
  writeFileSync("/proc/sys/net/ipv4/ip_forward", "1")
}

/** The machine is not ours alone: the kubelet finds the values it wants in files of ours and changes nothing. */
async function shieldKernelSettings(exec: Run): Promise<void> {
  for (const [name, wanted] of Object.entries(kernelSettings)) {
    const setting = join("/proc/sys", name)
    if (readFileSync(setting, "utf8").trim() === wanted) continue
    const shield = join(runtimeFiles.root, name.replaceAll("/", "."))
    writeConfiguration(shield, `${wanted}\n`)
    await exec("mount", ["--bind", shield, setting])
  }
}

/** Writes a file together with its directory; what components read may hold credentials. */
export function writeConfiguration(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content, { mode: 0o600 })
}

/** Type of the file system that a path is on, from `/proc/self/mountinfo`. */
export function fileSystemOf(path: string, mountInfo: string): string | undefined {
  const mounts = mountInfo
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" "))
    .map((fields) => ({ point: fields[4] ?? "", type: fields[fields.indexOf("-") + 1] }))
    .filter(({ point }) => point === "/" || path === point || path.startsWith(`${point}/`))
  // Of two mounts at one point the later one covers the earlier.
  return mounts.reduce<{ point: string; type?: string | undefined }>(
    (best, mount) => (mount.point.length >= best.point.length ? mount : best),
    { point: "" },
  ).type
}

/** The first address that is not loopback. */
export function nodeAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const found = all.find(({ family, internal }) => family === "IPv4" && !internal)
  if (!found) throw new Error("this network namespace has no IPv4 address besides loopback")
  return found.address
}

/**
 * Name servers in resolv.conf that a pod can use too. One on loopback would be the pod itself.
 */
export function upstreamNameServers(resolvConf: string): readonly string[] {
  return resolvConf
    .split("\n")
    .map((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? "")
    .filter((address) => address !== "" && !address.startsWith("127.") && address !== "::1")
}

/** The name servers of this machine, also written down for pods that ask for the node's own. */
export function nameServers(): readonly string[] {
  const upstreams = upstreamNameServers(readFileSync("/etc/resolv.conf", "utf8"))
  writeConfiguration(runtimeFiles.resolv, upstreams.map((address) => `nameserver ${address}\n`).join(""))
  return upstreams
}
