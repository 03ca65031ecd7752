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

export type VulnerabilitiesSettings = z.output<typeof vulnerabilitiesSettings>
