import type { ArchiveFacts } from "./archive/facts.ts"

/** What every image holds to. The other half, about pods, is the policy of the gate `charts`. */
export const hardening = {
  /** Nothing below: system users are left alone, root is never allowed. */
  lowestUser: 1000,
  healthcheck: { interval: "30s", timeout: "3s", startPeriod: "10s", retries: 3 },
} as const

/** Why an image does not hold to the rules; empty when it does. */
export function hardeningProblems(
  facts: Pick<ArchiveFacts, "user" | "exposedPorts">,
  expected: { readonly user: number; readonly port: number },
): string[] {
  const problems: string[] = []
  const [user = ""] = facts.user.split(":")
  // By number, because Kubernetes cannot tell from a name that it is not root's.
  if (!/^\d+$/.test(user)) problems.push(`runs as ${JSON.stringify(facts.user)}, not as a numeric user`)
  else if (Number(user) < hardening.lowestUser) problems.push(`runs as system user ${user}`)
  else if (Number(user) !== expected.user) problems.push(`runs as user ${user}, not as ${expected.user}`)
  if (!facts.exposedPorts.includes(`${expected.port}/tcp`))
    problems.push(`does not expose port ${expected.port}`)
  return problems
}
