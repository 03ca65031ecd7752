import { z } from "zod"
import { gateNames } from "../../gates/catalogue.ts"
import { gateNameSchema } from "./custom-gates.ts"
import { fullDate, line } from "./primitives.ts"

/** Exact text: a pattern would match findings that no reviewer has accepted. */
const exact = line.refine((value) => !/[*?]/.test(value), { error: "the exact text, without * and ?" })

const waiver = z
  .strictObject({
    id: line.describe("Name of the waiver, unique in the file."),
    gate: gateNameSchema(gateNames).describe(
      "Gate that reports the finding; custom.NAME for one of the project's own.",
    ),
    rule: exact.describe("The finding's rule, exactly."),
    file: exact.optional().describe("The finding's file, exactly; left out for a finding without one."),
    subject: z
      .string()
      .min(1)
      .max(2000)
      .describe(
        "The finding's subject, exactly as a report states it: package@version, the flagged text, a commit.",
      ),
    reason: line.describe("Why this finding may stay for now."),
    owner: line.describe("Who is responsible: a person or a team."),
    expires: fullDate.describe(
      "Last day on which the waiver holds (UTC). From the day of the judgement at most 90 days, of a false positive 365, " +
        "unless gates.waivers of signalbox.yaml says otherwise.",
    ),
    falsePositive: z
      .boolean()
      .optional()
      .describe("The tool is wrong, and there is no risk that anyone accepts. Default: false."),
    accepts: z
      .number()
      .min(0)
      .optional()
      .describe(
        "The number that is accepted, where the finding is a number: coverage of at least so many percent, an image of " +
          "at most so many MB. Such a finding is not waived without it.",
      ),
  })
  .describe("Permission for exactly one finding, for a while.")

export const waiversSchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe("Version of this file's format."),
    waivers: z.array(waiver).describe("The waivers; a list without members waives nothing."),
  })
  .describe("The waiver file: findings that are accepted until a date.")

export type WaiverFile = z.infer<typeof waiversSchema>
export type { Waiver } from "../../domain/waiver.ts"
