import type { SignalboxConfig } from "../src/config/index.ts"
import { isPolicyOfBase, type RequestedOverride } from "../src/domain/index.ts"
import type { DriverInput } from "./driver.ts"
import type { PolicyInForce } from "./policy.ts"

/** What a call overrides, with what the policy of the base allows: a tree that is judged by its own policy allows itself nothing. */
export function overrideUnder(
  { identity }: Pick<PolicyInForce, "identity">,
  { overrides }: Pick<SignalboxConfig, "overrides">,
  asked: RequestedOverride | null,
): NonNullable<DriverInput["override"]> | null {
  if (asked === null) return null
  const policy =
    overrides === undefined || !isPolicyOfBase(identity)
      ? null
      : {
          rules: [...overrides.rules],
          approvers: [...overrides.approvers],
          expires: overrides.expires ?? null,
          maxAge: String(overrides.maxAge),
        }
  return { ...asked, rules: [...asked.rules], policy }
}
