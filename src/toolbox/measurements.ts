import { z } from "zod"
import type { Measurement } from "./probe.ts"

/** `answer.json` of the probe. */
export const measurements = z.array(
  z.object({
    name: z.enum(["disk", "dns", "registry"]),
    ok: z.boolean(),
    ms: z.number(),
    detail: z.string(),
  }),
) satisfies z.ZodType<readonly Measurement[]>
