import { existsSync, writeFileSync } from "node:fs"
import { delimiter, join } from "node:path"
import { execute } from "../../steps/index.ts"
import { type ClusterInstance, machineNames } from "./instance.ts"

/**
 * Connects a network namespace with the host by a pair of virtual interfaces. Packets between the cluster, the
 * engine's containers and the outside world are forwarded.
 * @param pid a process in the namespace
 */
export async function connect(instance: ClusterInstance, pid: number): Promise<void> {
  const name = machineNames(instance).interface
  const { hostAddress, nodeAddress, prefixLength } = instance
  await batch(
    "ip",
    [],
    [
      `link add ${name} type veth peer name eth0 netns ${pid}`,
      `address add ${hostAddress}/${prefixLength} dev ${name}`,
      `link set ${name} up`,
    ],
  )
  await batch(
    "nsenter",
    [`--net=/proc/${pid}/ns/net`, "--", "ip"],
    [
      "link set lo up",
      `address add ${nodeAddress}/${prefixLength} dev eth0`,
      "link set eth0 up",
      `route add default via ${hostAddress}`,
    ],
  )
  writeFileSync("/proc/sys/net/ipv4/ip_forward", "1")
  for (const rule of firewallRules(instance)) await iptables(rule.table, "--insert", rule.chain, rule.match)
}

/** Takes the interface and the firewall's rules away, however many of them there are. */
export async function disconnect(instance: ClusterInstance): Promise<void> {
  const name = machineNames(instance).interface
  if (existsSync(`/sys/class/net/${name}`)) await execute("ip", ["link", "delete", name])
  // A machine that has no such program never had a cluster.
  if (!isInstalled("iptables")) return
  const present = new Map<string, string>()
  for (const { table, chain, match } of firewallRules(instance)) {
    const listing = present.get(table) ?? (await execute("iptables", ["--wait", "--table", table, "-S"]))
    present.set(table, listing)
    const copies = listing
      .split("\n")
      .filter((line) => line.startsWith(`-A ${chain} `) && hasAll(line, match))
    for (const _ of copies) await iptables(table, "--delete", chain, match)
  }
}

function isInstalled(program: string): boolean {
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"]
  return directories.some((directory) => existsSync(join(directory, program)))
}

interface Rule {
  readonly table: "filter" | "nat"
  readonly chain: string
  readonly match: readonly string[]
}

/** A machine that forwards nothing by default (Docker sets that) forwards for the cluster all the same. */
export function firewallRules(instance: ClusterInstance): readonly Rule[] {
  const names = machineNames(instance)
  const comment = ["-m", "comment", "--comment", names.container]
  const network = `${instance.hostAddress}/${instance.prefixLength}`
  return [
    { table: "filter", chain: "FORWARD", match: ["-i", names.interface, ...comment, "-j", "ACCEPT"] },
    { table: "filter", chain: "FORWARD", match: ["-o", names.interface, ...comment, "-j", "ACCEPT"] },
    {
      table: "nat",
      chain: "POSTROUTING",
      match: ["-s", network, "!", "-o", names.interface, ...comment, "-j", "MASQUERADE"],
    },
  ]
}

const iptables = (table: string, action: string, chain: string, match: readonly string[]): Promise<string> =>
  execute("iptables", ["--wait", "--table", table, action, chain, ...match])

/** The listing writes a network by its first address, which is all that may differ from what was inserted. */
function hasAll(line: string, match: readonly string[]): boolean {
  const words = line.split(" ")
  return match.filter((word) => !word.includes("/")).every((word) => words.includes(word))
}

const batch = (command: string, args: readonly string[], lines: readonly string[]): Promise<string> =>
  execute(command, [...args, "-batch", "-"], { input: `${lines.join("\n")}\n` })
