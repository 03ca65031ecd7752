import { z } from "zod"

/** `answer.json` of the schemas program. */
export const schemasAnswer = z.object({
  /** Number of schemas. */
  schemas: z.number(),
  /** Kubernetes' version; null where the source does not tell it. */
  version: z.string().nullable(),
})
export type SchemasAnswer = z.output<typeof schemasAnswer>
