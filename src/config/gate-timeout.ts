import { Duration } from "../domain/duration.ts"
import { type GatesConfig, gateTimeout } from "./schema/gates.ts"

/** How long a gate may take. */
export function timeoutOf({ timeouts = {} }: Pick<GatesConfig, "timeouts">, gate: string): Duration {
  const set = Object.entries(timeouts).find(([name]) => name === gate)?.[1]
  return set ?? new Duration(gateTimeout)
}
