import { z } from "zod"

export const secretsSettings = z.strictObject({
  history: z
    .boolean()
    .default(true)
    .describe("Whether the whole git history is searched, or the files of this commit only."),
})

/** Searches the history where either of two settings does. */
export function stricterSecrets(own: SecretsSettings, floor: Partial<SecretsSettings>): SecretsSettings {
  return { history: own.history || floor.history === true }
}

export type SecretsSettings = z.output<typeof secretsSettings>
