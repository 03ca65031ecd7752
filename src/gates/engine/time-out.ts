import { isCustomGateName } from "../../config/index.ts"
import { type Duration, SignalboxError } from "../../domain/index.ts"

/**
 * The result of a gate's tools within its time-out. What runs under run-tool.ts is given the same limit and ends itself, with
 * everything that it has started; whatever else still runs is ended by the engine when the call ends.
 * @throws GATE_ERROR that names limit and setting
 */
export async function within<T>(limit: Duration, gate: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const ended = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut(limit, gate)), limit.ms)
  })
  try {
    return await Promise.race([work, ended])
  } finally {
    clearTimeout(timer)
  }
}

function timedOut(limit: Duration, gate: string): SignalboxError {
  return new SignalboxError("GATE_ERROR", {
    what: `it did not end within its time-out of ${limit}`,
    where: `signalbox.yaml: ${isCustomGateName(gate) ? `gates.${gate}.timeout` : `gates.timeouts.${gate}`}`,
    next: "find out what hangs, or give it more time there",
  })
}
