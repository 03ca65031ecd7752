import { z } from "zod"
import { overrideRules } from "../../domain/override.ts"
import { duration, fullDate, line } from "./primitives.ts"

/** A night and the day after it; what is needed for longer is a change of the policy. */
const longestMs = 7 * 24 * 3_600_000

export const overrides = z
  .strictObject({
    rules: z.array(z.enum(overrideRules)).min(1).describe("Rules that may be overridden."),
    approvers: z
      .array(line)
      .min(1)
      .describe("Logins of the approvers of whom one has to approve an override; some of approvers."),
    expires: fullDate.optional().describe("Last day on which an override is allowed. Default: none."),
    maxAge: duration
      .prefault("24h")
      .refine((value) => value.ms <= longestMs, { error: "at most 7d" })
      .describe("How long an override counts at most: after that its verification allows no promotion."),
  })
  .optional()
  .describe(
    "Break-glass: which rules a deployment may set aside by --override, and who has to approve that. It counts as it " +
      "stands on the base revision. Default: none may be.",
  )
