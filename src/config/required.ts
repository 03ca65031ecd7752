import type { GateContextName } from "../domain/gate-result.ts"
import { type GateName, securityScoreName } from "../gates/catalogue.ts"
import type { GatesConfig, OnFail } from "./schema/gates.ts"

type Weights = Pick<GatesConfig, "required" | "onFail" | "security">

/**
 * Gates that must have judged in a context: those that its list names, those whose findings block everywhere, and the
 * security score where it blocks there.
 */
export function requiredIn({ required, onFail, security }: Weights, context: GateContextName): string[] {
  const score = security.required.includes(context) ? [securityScoreName] : []
  return [...new Set<string>([...required[context], ...gatesThat("block", onFail), ...score])]
}

/** Gates whose findings block nothing. */
export function warningGates({ onFail }: Pick<GatesConfig, "onFail">): GateName[] {
  return gatesThat("warn", onFail)
}

function gatesThat(wanted: OnFail, onFail: GatesConfig["onFail"] = {}): GateName[] {
  return (Object.keys(onFail) as GateName[]).filter((gate) => onFail[gate] === wanted)
}
