import { z } from "zod"
import { severities } from "../../domain/finding.ts"

export const vulnerabilitiesSettings = z.strictObject({
  failOn: z
    .array(z.enum(severities))
    .min(1)
    .default(["critical", "high"])
    .describe(
      "Severities of known vulnerabilities that refuse a release. It is a floor: the mildest one named, and every graver one.",
    ),
})

/** Refuses what either of two settings refuses. */
export function stricterVulnerabilities(
  own: VulnerabilitiesSettings,
  floor: Partial<VulnerabilitiesSettings>,
): VulnerabilitiesSettings {
  const named = [...own.failOn, ...(floor.failOn ?? [])]
  return { failOn: severities.filter((severity) => named.includes(severity)) }
}

export type VulnerabilitiesSettings = z.output<typeof vulnerabilitiesSettings>
