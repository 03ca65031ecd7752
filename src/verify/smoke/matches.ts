import { runInNewContext } from "node:vm"

const timeoutMs = 250

/**
 * Whether a text matches a regular expression of the tree under test; undefined when that takes too long. One that tries
 * for ever would keep the driver from renewing its lock, from ending at its time limit, and from going back.
 */
export function matches(pattern: string, text: string): boolean | undefined {
  try {
    return (
      runInNewContext("new RegExp(pattern).test(text)", { pattern, text }, { timeout: timeoutMs }) === true
    )
  } catch (error) {
    // It comes from the other context, and is no Error of this one.
    const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined
    if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined
    throw error
  }
}
