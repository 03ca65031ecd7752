import { runInNewContext } from "node:vm"

const timeoutMs = 250

/**
 * Whether a text matches a regular expression of the tree under test; undefined when that takes too long. An expression
 * that never ends would keep the driver from renewing its lock, from ending at its time limit, and from rolling back.
 */
export function matches(pattern: string, text: string): boolean | undefined {
  try {
    return (
      runInNewContext("new RegExp(pattern).test(text)", { pattern, text }, { timeout: timeoutMs }) === true
    )
  } catch (error) {
    // An error of another context is no instance of this context's Error.
    const code: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined
    if (code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined
    throw error
  }
}
