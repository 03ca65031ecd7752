import type { ComponentBase } from "../languages/index.ts"
import type { ArchiveFacts } from "./archive/facts.ts"

/** What every image that is made here holds to. The other half, about pods, is the policy of the gate `charts`. */
export const hardening = {
  /** Nothing below: system users are left alone, root is never allowed. */
  lowestUser: 1000,
  healthcheck: { interval: "30s", timeout: "3s", startPeriod: "10s", retries: 3 },
} as const

/** One thing to say about an image; `stated`: it is not what its component in `signalbox.yaml` says. */
export interface HardeningProblem {
  readonly message: string
  readonly stated: boolean
}

/**
 * Why an image does not hold to the rules; empty when it does. User and port that nobody has stated are not expected: what
 * is built elsewhere is as its makers have it, and an unprivileged user is what its chart can still ask for.
 */
export function hardeningProblems(
  facts: Pick<ArchiveFacts, "user" | "exposedPorts" | "platform">,
  expected: Pick<ComponentBase, "user" | "port" | "platform">,
): HardeningProblem[] {
  const problems: HardeningProblem[] = []
  const [user = ""] = facts.user.split(":")
  const tell = (message: string, stated: boolean) => problems.push({ message, stated })
  const asUser = expected.user !== undefined
  // By number, because Kubernetes cannot tell from a name that it is not root's.
  if (!/^\d+$/.test(user)) tell(`runs as ${JSON.stringify(facts.user)}, not as a numeric user`, asUser)
  else if (Number(user) < hardening.lowestUser) tell(`runs as system user ${user}`, asUser)
  else if (asUser && Number(user) !== expected.user)
    tell(`runs as user ${user}, not as ${expected.user}`, true)
  if (expected.port !== undefined && !facts.exposedPorts.includes(`${expected.port}/tcp`))
    tell(`does not expose port ${expected.port}`, true)
  // One image that is not an index is what the registry gives for every platform.
  if (expected.platform !== undefined && facts.platform !== expected.platform)
    tell(`is for ${facts.platform}, not for ${expected.platform}`, true)
  return problems
}
