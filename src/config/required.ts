import type { GateContextName } from "../domain/gate-result.ts"
import type { GateName } from "../gates/catalogue.ts"
import type { GatesConfig, OnFail } from "./schema/gates.ts"

type Weights = Pick<GatesConfig, "required" | "onFail">

/** Gates that must have judged in a context: those that its list names, and those whose findings block everywhere. */
export function requiredIn({ required, onFail }: Weights, context: GateContextName): GateName[] {
  return [...new Set([...required[context], ...gatesThat("block", onFail)])]
}

/** Gates whose findings block nothing. */
export function warningGates({ onFail }: Pick<GatesConfig, "onFail">): GateName[] {
  return gatesThat("warn", onFail)
}

function gatesThat(wanted: OnFail, onFail: GatesConfig["onFail"] = {}): GateName[] {
  return (Object.keys(onFail) as GateName[]).filter((gate) => onFail[gate] === wanted)
}
