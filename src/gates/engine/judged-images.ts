import { type Digest, isDigest } from "../../domain/index.ts"
import type { GateContext } from "../gate.ts"

/** A gate's context that notes which images it was given. */
export interface WatchedContext {
  readonly context: GateContext
  /** Digests of the images that the gate asked for, by component; undefined where it asked for none. */
  judged(): Readonly<Record<string, Digest>> | undefined
}

/** What a gate judges is noted where it gets it: a release is held against it, and a gate cannot forget to say so. */
export function watchImages(context: GateContext): WatchedContext {
  const given = new Map<string, Digest>()
  return {
    context: {
      ...context,
      image: async (component) => {
        const image = await context.image(component)
        if (isDigest(image.digest)) given.set(component, image.digest)
        return image
      },
    },
    // In the order of the names: gates ask in parallel, and equal evidence has equal digests.
    judged: () =>
      given.size === 0 ? undefined : Object.fromEntries([...given].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}
