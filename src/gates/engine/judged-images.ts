import type { Digest } from "../../domain/index.ts"
import { isDigest } from "../../domain/index.ts"
import type { GateContext } from "../gate.ts"

/** A gate's context that notes which images it was given. */
export interface WatchedContext {
  readonly context: GateContext
  /** Digests of the images that the gate asked for, by component; undefined where it asked for none. */
  judged(): Readonly<Record<string, Digest>> | undefined
}

/** What a gate judges is noted where it gets it: a release is held against it, and a gate cannot forget to say so. */
export function watchImages(context: GateContext): WatchedContext {
  let given: Readonly<Record<string, Digest>> | undefined
  return {
    context: {
      ...context,
      images: async () => {
        const images = await context.images()
        const own = images.filter(({ component }) => Object.hasOwn(context.config.components, component))
        given = Object.fromEntries(
          own.flatMap(({ component, facts: { digest } }) =>
            isDigest(digest) ? [[component, digest] as const] : [],
          ),
        )
        return images
      },
    },
    judged: () => given,
  }
}
