import type { GateContextName } from "../domain/gate-result.ts"
import { securityScoreName } from "../domain/security-score.ts"
import { customGateName } from "./schema/custom-gates.ts"
import type { GatesConfig, OnFail } from "./schema/gates.ts"

type Weights = Pick<GatesConfig, "required" | "onFail" | "security" | "custom">

/**
 * Gates that must have judged in a context: those that its list names, those whose findings block everywhere, and the
 * security score where it blocks there.
 */
export function requiredIn(gates: Weights, context: GateContextName): string[] {
  const score = gates.security.required.includes(context) ? [securityScoreName] : []
  return [...new Set<string>([...gates.required[context], ...gatesThat("block", gates), ...score])]
}

/** Gates whose findings block nothing. */
export function warningGates(gates: Pick<Weights, "onFail" | "custom">): string[] {
  return gatesThat("warn", gates)
}

function gatesThat(
  wanted: OnFail,
  { onFail = {}, custom = {} }: Pick<Weights, "onFail" | "custom">,
): string[] {
  const named = Object.entries(onFail).filter(([, what]) => what === wanted)
  const own = Object.entries(custom).filter(([, gate]) => gate.onFail === wanted)
  return [...named.map(([name]) => name), ...own.map(([name]) => customGateName(name))]
}
