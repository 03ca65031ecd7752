import type { Problem } from "./problem.ts"
import type { EnvironmentConfig } from "./schema/environment.ts"
import type { SignalboxConfig } from "./schema/signalbox.ts"
import type { Source } from "./source.ts"
import { valueAt } from "./zod-problems.ts"

/**
 * An environment that asks for more approvals than there are approvers: nothing could ever be deployed there.
 * @param source the environment's file.
 * @param shared reference of the shared policy whose rules are in the environment. Default: none are.
 */
export function neverApproved(
  { approvals = 0 }: Pick<EnvironmentConfig, "approvals">,
  approvers: SignalboxConfig["approvers"],
  source: Source,
  shared?: string,
): readonly Problem[] {
  if (approvals <= approvers.length) return []
  const own = valueAt(source.value, ["approvals"])
  const demand = own === approvals ? `${approvals}` : `${approvals} of the shared policy ${shared}`
  const message = `${demand} can never be given: signalbox.yaml names ${namesOf(approvers)}`
  const allowed = [`at most ${approvers.length}, or more approvers in signalbox.yaml`]
  return [{ file: source.file, ...source.at(["approvals"]), path: "approvals", message, allowed }]
}

/** `no approvers`, `2 approvers (alice, bob)` */
export function namesOf(approvers: SignalboxConfig["approvers"]): string {
  if (approvers.length === 0) return "no approvers"
  const names = approvers.map(({ name }) => name).join(", ")
  return `${approvers.length} ${approvers.length === 1 ? "approver" : "approvers"} (${names})`
}
