import { z } from "zod"

export const secretsSettings = z.strictObject({
  history: z
    .boolean()
    .default(true)
    .describe("Whether the whole git history is searched, or the files of this commit only."),
})

export type SecretsSettings = z.output<typeof secretsSettings>
