import { z } from "zod"
import { severities } from "../../../domain/finding.ts"

const acceptedRule = z
  .strictObject({
    rule: z
      .string()
      .regex(/^[\w./-]{1,200}$/, { error: "the id of a rule, as a finding has it" })
      .describe("Id of the rule, as findings have it."),
    reason: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .describe("Why the project does not follow it, for whoever reads the report."),
  })
  .describe("A rule that this project does not follow.")

/** Settings of a gate whose linter judges files of the tree. */
export const linterSettings = z.strictObject({
  failOn: z
    .array(z.enum(severities))
    .min(1)
    .default(["critical", "high", "medium"])
    .describe(
      "Severities that refuse: high is what the linter calls an error, medium a warning, low a remark. It is a floor: the " +
        "mildest one named, and every graver one.",
    ),
  accepted: z
    .array(acceptedRule)
    .default([])
    .describe(
      "Rules that the project does not follow. What they find is listed and refuses nothing. A single finding is accepted by a waiver.",
    ),
})

export type LinterSettings = z.output<typeof linterSettings>

/** Of a gate that is required by name and has none of its own. */
export const defaultSettings: LinterSettings = linterSettings.parse({})

/**
 * Refuses what either of two settings refuses. A project that has none of its own judges by the defaults where it requires the gate,
 * and is not let off by a floor.
 */
export function stricterLinter(
  settings: LinterSettings | undefined,
  floor: Partial<LinterSettings>,
): LinterSettings {
  const own = settings ?? defaultSettings
  const { failOn = [], accepted } = floor
  const named = [...own.failOn, ...failOn]
  return {
    failOn: severities.filter((severity) => named.includes(severity)),
    accepted:
      accepted === undefined
        ? own.accepted
        : own.accepted.filter(({ rule }) => accepted.some((one) => one.rule === rule)),
  }
}
