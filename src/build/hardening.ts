/** What every image and every pod holds to. The chart's policy checks the pod half on rendered manifests. */
export const hardening = {
  /** User and group of components that do not name their own. */
  defaultUser: 1001,
  /** Nothing below 1000: system users are left alone, root is never allowed. */
  lowestUser: 1000,
  /** The only places that a process may write to, as memory-backed volumes. */
  writable: ["/tmp"],
  healthcheck: { interval: "30s", timeout: "3s", startPeriod: "10s", retries: 3 },
  pod: {
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    dropCapabilities: ["ALL"],
    seccompProfile: "RuntimeDefault",
  },
} as const

/** What an image's configuration says about itself. */
export interface ImageFacts {
  readonly user: string
  readonly exposedPorts: readonly string[]
  readonly healthcheck: boolean
}

/** Why an image does not hold to the rules; empty when it does. */
export function hardeningProblems(facts: ImageFacts, expected: { user: number; port: number }): string[] {
  const problems: string[] = []
  const [user = ""] = facts.user.split(":")
  if (!/^\d+$/.test(user)) problems.push(`runs as ${JSON.stringify(facts.user)}, not as a numeric user`)
  else if (Number(user) < hardening.lowestUser) problems.push(`runs as system user ${user}`)
  else if (Number(user) !== expected.user) problems.push(`runs as user ${user}, not as ${expected.user}`)
  if (!facts.exposedPorts.includes(`${expected.port}/tcp`))
    problems.push(`does not expose port ${expected.port}`)
  if (!facts.healthcheck) problems.push("has no health check")
  return problems
}
