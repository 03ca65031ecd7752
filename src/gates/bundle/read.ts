import { z } from "zod"
import { readJson } from "../formats/read.ts"
import { compressions } from "./settings.ts"

const size = z.int().nonnegative()
const measured = z.array(
  z.object({
    files: z.string(),
    compression: z.enum(compressions),
    found: z.array(z.object({ path: z.string(), bytes: size, counted: size })),
    links: z.array(z.string()),
  }),
)

/** What a budget's pattern names, in the order of the budgets. */
export type Measured = z.output<typeof measured>[number]

/** What measure/main.ts has written. @throws OUTPUT_UNREADABLE */
export function readMeasured(text: string | undefined): readonly Measured[] {
  return readJson("measure/main.ts", text, measured)
}
