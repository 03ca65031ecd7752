import { z } from "zod"
import { gateContexts } from "../../../domain/gate-result.ts"

export const securityScoreSettings = z.strictObject({
  threshold: z
    .number()
    .min(0)
    .max(100)
    .default(70)
    .describe("Lowest security score that passes; this value passes."),
  required: z
    .array(z.enum(gateContexts))
    .default([])
    .describe(
      "Contexts in which the score blocks: fork, branch, release. Default: none; it is reported, with a warning below threshold.",
    ),
})
export type SecurityScoreSettings = z.output<typeof securityScoreSettings>

/** Refuses what either of two settings refuses. */
export function stricterSecurityScore(
  own: SecurityScoreSettings,
  floor: Partial<SecurityScoreSettings>,
): SecurityScoreSettings {
  const required = [...own.required, ...(floor.required ?? [])]
  return {
    threshold: Math.max(own.threshold, floor.threshold ?? 0),
    required: gateContexts.filter((context) => required.includes(context)),
  }
}
