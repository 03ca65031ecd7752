/** The engine's name for its container network; the bridge is called `dagger0`. */
export const bridge = "dagger0"
const ownComment = 'name: \\"dagger\\"'
/** The engine's default address range, 10.87.0.0/16. */
const ownAddress = / 10\.87\.\d{1,3}\.\d{1,3}\/32 /
const shared = ["CNI-FORWARD", "CNI-ADMIN"]

/**
 * Input for `iptables-restore --noflush` that removes what the engine's container network left behind, made from what
 * `iptables-save` printed; empty when there is nothing. Rules of other networks stay, and the chains that all CNI
 * networks share go only when nobody else uses them.
 */
export function removalOf(saved: string): string {
  return [...rulesByTable(saved)].map(([table, rules]) => removeFrom(table, rules)).join("")
}

function rulesByTable(saved: string): Map<string, string[]> {
  const tables = new Map<string, string[]>()
  let rules: string[] = []
  for (const line of saved.split("\n")) {
    if (line.startsWith("*")) {
      rules = []
      tables.set(line.slice(1).trim(), rules)
    }
    if (line.startsWith("-A ")) rules.push(line)
  }
  return tables
}

function removeFrom(table: string, rules: readonly string[]): string {
  const isOurs = (rule: string) =>
    rule.includes(ownComment) || (chainOf(rule) === "CNI-FORWARD" && ownAddress.test(rule))
  const ours = rules.filter(isOurs)
  const chains = [...new Set(ours.map(chainOf))].filter((chain) => /^CNI-[0-9a-f]{20,}$/.test(chain))
  const others = rules.filter(
    (rule) => !isOurs(rule) && shared.includes(chainOf(rule)) && !rule.endsWith("-j CNI-ADMIN"),
  )
  const jumps = rules.filter((rule) => shared.some((chain) => rule.endsWith(`-j ${chain}`)))
  const unused = jumps.length > 0 && others.length === 0
  const deletions = [...ours, ...(unused ? jumps : [])].map((rule) => rule.replace(/^-A/, "-D"))
  const emptied = [...chains, ...(unused ? shared : [])].map((chain) => `-X ${chain}`)
  if (deletions.length === 0) return ""
  return [`*${table}`, ...deletions, ...emptied, "COMMIT", ""].join("\n")
}

const chainOf = (rule: string): string => rule.split(" ")[1] ?? ""
