import { z } from "zod"
import { digest } from "../config/schema/primitives.ts"
import { claimSchema } from "./store/claims.ts"

const stored = z.object({ digest, reference: z.string() })

/** Schemas of `answer.json`, by command of the programs of this room. */
export const answers = {
  get: z.discriminatedUnion("found", [
    z.object({ found: z.literal(false) }),
    stored.extend({ found: z.literal(true) }),
  ]),
  put: stored,
  keys: z.object({ keys: z.array(z.string()) }),
  claim: z.object({ others: z.array(claimSchema) }),
  withdraw: z.object({ withdrawn: z.string() }),
  key: z.object({ id: digest }),
  /** `platforms`: of an index that was built elsewhere, the manifest of each. */
  push: z.object({ digest, platforms: z.record(z.string(), digest).optional() }),
  /** `before`: what the tag pointed at; null where there was no such tag. */
  policyPush: z.object({ digest, before: digest.nullable() }),
  policyPull: z.object({ text: z.string() }),
  /** Each image with its digest, or why it has none. */
  resolve: z.object({
    images: z.array(
      z.object({
        name: z.string(),
        image: z.string(),
        digest: digest.optional(),
        why: z.string().optional(),
      }),
    ),
  }),
  databaseResolve: z.object({
    place: z.string(),
    digest,
    layer: z.object({ digest, size: z.number() }),
    passed: z.array(z.object({ place: z.string(), why: z.string() })).readonly(),
  }),
  /** The place that had the layer: maybe another one than was resolved. */
  databaseFetch: z.object({ place: z.string() }),
}
export type Answers = { readonly [Command in keyof typeof answers]: z.output<(typeof answers)[Command]> }
