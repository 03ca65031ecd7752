import { Duration } from "../domain/duration.ts"
import { customGateName } from "./schema/custom-gates.ts"
import { type GatesConfig, gateTimeout } from "./schema/gates.ts"

/** How long a gate may take. */
export function timeoutOf(
  { timeouts = {}, custom = {} }: Pick<GatesConfig, "timeouts" | "custom">,
  gate: string,
): Duration {
  const set = Object.entries(timeouts).find(([name]) => name === gate)?.[1]
  const own = Object.entries(custom).find(([name]) => customGateName(name) === gate)?.[1].timeout
  return set ?? own ?? new Duration(gateTimeout)
}
