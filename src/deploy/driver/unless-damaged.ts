import { SignalboxError } from "../../domain/index.ts"

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly cause: string }

/**
 * What is read from a kept set. A damaged one is the failure of the step that needs it: thrown, it would end every call
 * in the middle of the same operation, and nobody could deploy anything else here.
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
