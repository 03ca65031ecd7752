import type { EnvironmentConfig, SignalboxConfig } from "../src/config/index.ts"
import { type PolicyIdentity, SignalboxError } from "../src/domain/index.ts"
import type { TreePolicy } from "./tree-policy.ts"

/**
 * Refuses a policy by which an environment could never be deployed to, because it asks for more approvals than there are
 * approvers. An environment's file with other mistakes is left to whoever reads it.
 * @throws CONFIG_INVALID
 */
export async function assertSatisfiable({ session, config, parts, shared }: TreePolicy): Promise<void> {
  const { configError, environmentUnder, neverApproved } = await import("../src/config/index.ts")
  const written = config.environments.filter((name) => (parts.environments[name] ?? null) !== null)
  const problems = await Promise.all(
    written.map(async (name) => {
      const { value, source } = await session.checkedEnvironment(name)
      if (value === undefined) return []
      const held = shared === undefined ? value : environmentUnder(value, source, shared)
      return neverApproved(held, config.approvers, source, shared?.reference)
    }),
  )
  if (problems.flat().length > 0) throw configError(problems.flat())
}

/**
 * Refuses a deployment where a tree asks for more approvals than the policy in force has approvers: its own approvers
 * count only after the merge.
 * @throws CONFIG_INVALID
 */
export async function assertApprovable(
  { name, approvals = 0 }: Pick<EnvironmentConfig, "name" | "approvals">,
  { approvers }: Pick<SignalboxConfig, "approvers">,
  identity: PolicyIdentity,
): Promise<void> {
  if (approvals <= approvers.length) return
  const { namesOf } = await import("../src/config/index.ts")
  throw new SignalboxError("CONFIG_INVALID", {
    what: `${name} asks for ${approvals} approvals, which can never be given`,
    where: `environments/${name}.yaml: approvals`,
    why: `the policy in force, of ${identity.ref ?? identity.commit ?? "this tree"}, names ${namesOf(approvers)}`,
    next: `merge the approvers first, or ask for at most ${approvers.length}`,
  })
}
