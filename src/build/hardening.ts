import { type ComponentBase, statedPlatforms } from "../languages/index.ts"
import type { ArchiveFacts } from "./archive/facts.ts"

/** The rules for every image that is built here. The rules for pods are the policy of the gate `charts`. */
export const hardening = {
  /** The lowest user id allowed: neither root nor system users. */
  lowestUser: 1000,
  healthcheck: { interval: "30s", timeout: "3s", startPeriod: "10s", retries: 3 },
} as const

/** One violation of the rules; `stated`: the image differs from a setting of its component in `signalbox.yaml`. */
export interface HardeningProblem {
  readonly message: string
  readonly stated: boolean
}

/**
 * How an image violates the rules; empty when it does not. User and port are compared only where the component sets
 * them: an image that is built elsewhere may have others, and its chart can still set an unprivileged user.
 */
export function hardeningProblems(
  facts: Pick<ArchiveFacts, "user" | "exposedPorts" | "platform">,
  expected: Pick<ComponentBase, "user" | "port" | "platform" | "platforms">,
): HardeningProblem[] {
  const problems: HardeningProblem[] = []
  const [user = ""] = facts.user.split(":")
  const report = (message: string, stated: boolean) => problems.push({ message, stated })
  const asUser = expected.user !== undefined
  // By number: Kubernetes cannot verify from a name that the user is not root.
  if (!/^\d+$/.test(user)) report(`runs as ${JSON.stringify(facts.user)}, not as a numeric user`, asUser)
  else if (Number(user) < hardening.lowestUser) report(`runs as system user ${user}`, asUser)
  else if (asUser && Number(user) !== expected.user)
    report(`runs as user ${user}, not as ${expected.user}`, true)
  if (expected.port !== undefined && !facts.exposedPorts.includes(`${expected.port}/tcp`))
    report(`does not expose port ${expected.port}`, true)
  // For an image that is no index, the registry returns the same image for every platform.
  const platforms = statedPlatforms(expected)
  if (platforms !== undefined && !platforms.includes(facts.platform))
    report(`is for ${facts.platform}, not for ${platforms.join(" or ")}`, true)
  return problems
}
