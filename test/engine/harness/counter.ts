import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { type CallOptions, daggerOutput } from "./dagger.ts"

/** The module with the engine's questions; its functions `runs` and `read` look into cache volumes. */
export const behaviourModule = join(import.meta.dirname, "..", "fixtures", "behaviour")

/** A name that nothing else uses: for cache volumes, tags and arguments that must not be cached. */
export const uniqueName = (prefix = "t"): string => `${prefix}-${randomUUID().slice(0, 13)}`

/** How often an exec that appends to `runs` on the cache volume `name` really ran. */
export async function runs(name: string, options: CallOptions = {}): Promise<number> {
  return Number(await daggerOutput(["call", "-m", behaviourModule, "runs", "--name", name], options))
}

/** The content of a file on the cache volume `name`; empty when it is not there. */
export function fileOfVolume(name: string, file: string, options: CallOptions = {}): Promise<string> {
  return daggerOutput(["call", "-m", behaviourModule, "read", "--name", name, "--file", file], options)
}

/** Asks again until the answer is right, or the time (seconds) is over; returns the last answer. */
export async function eventually<T>(
  ask: () => Promise<T>,
  right: (answer: T) => boolean,
  seconds: number,
): Promise<T> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (right(answer) || performance.now() > end) return answer
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
