import { existsSync } from "node:fs"
import { writeFile } from "node:fs/promises"
import { CommandError, execute } from "../steps/index.ts"
import type { EngineLink } from "./instance.ts"

/** A rule of the machine's firewall, as iptables takes it. */
export interface Rule {
  readonly table: "filter" | "nat"
  readonly chain: string
  readonly match: readonly string[]
}

/**
 * The rules that let an engine reach what the machine reaches, also where the machine forwards nothing by itself.
 * An engine that reaches the registry alone needs none: that is an address of the machine.
 */
export function rulesOf({ interface: name, hostAddress, prefixLength, reach }: EngineLink): readonly Rule[] {
  if (reach === "registry") return []
  const comment = ["-m", "comment", "--comment", `signalbox-${name}`]
  // The listing has a network by its first address; so has this, to find the rule again.
  const network = `${hostAddress.replace(/\d+$/, (last) => String(Number(last) - 1))}/${prefixLength}`
  return [
    { table: "filter", chain: "FORWARD", match: ["-i", name, ...comment, "-j", "ACCEPT"] },
    { table: "filter", chain: "FORWARD", match: ["-o", name, ...comment, "-j", "ACCEPT"] },
    {
      table: "nat",
      chain: "POSTROUTING",
      match: ["-s", network, "!", "-o", name, ...comment, "-j", "MASQUERADE"],
    },
  ]
}

/** Sets the machine's side of the rules, before the interface is there. */
export async function setRules(link: EngineLink): Promise<void> {
  const rules = rulesOf(link)
  if (rules.length > 0) await writeFile("/proc/sys/net/ipv4/ip_forward", "1")
  for (const { table, chain, match } of rules) await iptables(table, "--insert", chain, match)
}

/** Takes rules and interface away, however many of the rules there are, and whether or not the interface went by itself. */
export async function removeLink(link: EngineLink): Promise<void> {
  for (const rule of rulesOf({ ...link, reach: "machine" })) await removeRule(rule)
  const remove = () => execute("ip", ["link", "delete", link.interface])
  if (!existsSync(`/sys/class/net/${link.interface}`)) return
  // It ends with the last process of the engine's network, some milliseconds later.
  await remove().catch((error: unknown) => {
    if (existsSync(`/sys/class/net/${link.interface}`)) throw error
  })
}

async function removeRule({ table, chain, match }: Rule): Promise<void> {
  for (;;) {
    const present = await iptables(table, "--check", chain, match).then(
      () => true,
      (error: unknown) => {
        // 1: there is no such rule. A machine without the program has none either.
        if (error instanceof CommandError && (error.status === 1 || error.status === 127)) return false
        throw error
      },
    )
    if (!present) return
    await iptables(table, "--delete", chain, match)
  }
}

const iptables = (table: string, action: string, chain: string, match: readonly string[]): Promise<string> =>
  execute("iptables", ["--wait", "--table", table, action, chain, ...match])
