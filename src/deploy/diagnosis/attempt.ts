import { SignalboxError } from "../../domain/index.ts"

/** Reads a part of a diagnosis; one that cannot be read is said in `missing`, and the others are read all the same. */
export async function attempt<T>(
  what: string,
  missing: string[],
  read: () => Promise<T>,
  otherwise: T,
): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    missing.push(`${what}: ${error.detail.what}`)
    return otherwise
  }
}
