import { SignalboxError } from "../../domain/index.ts"

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly cause: string }

/**
 * Reads a stored set. A damaged one is the failure of the step that needs it: thrown, it would end every call in the
 * middle of the same operation, and block every further deployment of the environment.
 */
export async function unlessDamaged<T>(read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { ok: true, value: await read() }
  } catch (error) {
    const damaged =
      error instanceof SignalboxError && (error.code === "STATE_DAMAGED" || error.code === "CONFIG_INVALID")
    if (!damaged) throw error
    const { what, why } = error.detail
    return { ok: false, cause: why === undefined ? what : `${what}: ${why}` }
  }
}
