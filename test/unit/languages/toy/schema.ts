import { z } from "zod"
import { relativePath } from "../../../../src/config/schema/primitives.ts"
import { common } from "../../../../src/languages/common.ts"

/** A component of the toy: a file of notes, which it serves. */
export const component = z
  .strictObject({
    language: z.literal("notes").describe("Notes in plain text, one a line."),
    ...common,
    file: relativePath.default("NOTES.txt").describe("The notes, relative to path."),
  })
  .describe("Notes that are served.")

export type NotesComponent = z.infer<typeof component>
