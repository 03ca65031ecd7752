import { z } from "zod"

export const toySettings = z.strictObject({
  allowed: z.int().min(0).default(0).describe("Notes that may stay open."),
})

export type ToySettings = z.output<typeof toySettings>
