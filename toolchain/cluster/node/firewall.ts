import { addresses, ports } from "./layout.ts"
import { type Run, run } from "./run.ts"

/**
 * Rules that hold before, and after, kube-proxy knows any service: the API server's service address leads to it,
 * so that pods start without a first failure; packets to other service addresses that nobody translated are
 * refused, where the default route would carry them to strangers.
 */
export function earlyRules(nodeAddress: string): string {
  const apiServer = `-d ${addresses.apiServer}/32 -p tcp --dport 443 -j DNAT --to ${nodeAddress}:${ports.apiServer}`
  return [
    "*nat",
    `-A PREROUTING ${apiServer}`,
    `-A OUTPUT ${apiServer}`,
    "COMMIT",
    "*filter",
    `-A FORWARD -d ${addresses.services} -j REJECT`,
    `-A OUTPUT -d ${addresses.services} -j REJECT`,
    "COMMIT",
    "",
  ].join("\n")
}

export async function setEarlyRules(nodeAddress: string, exec: Run = run): Promise<void> {
  await exec("iptables-restore", ["--noflush"], earlyRules(nodeAddress))
}
