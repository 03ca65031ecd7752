import { z } from "zod"

const acceptedKind = z
  .strictObject({
    apiVersion: z
      .string()
      .regex(/^[a-z0-9.-]{1,200}\/[a-z0-9]{1,60}$/, {
        error: "GROUP/VERSION, such as monitoring.coreos.com/v1",
      })
      .describe("Group and version of the kind."),
    kind: z
      .string()
      .regex(/^[A-Z][A-Za-z0-9]{0,100}$/, { error: "a kind, such as ServiceMonitor" })
      .describe("The kind."),
    reason: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .describe("Why its objects need no check, for whoever reads the report."),
  })
  .describe("A kind whose schema is nowhere.")
export type AcceptedKind = z.output<typeof acceptedKind>

export const chartsSettings = z.strictObject({
  accepted: z
    .array(acceptedKind)
    .default([])
    .describe(
      "Custom resources whose objects may go unchecked, because neither Kubernetes nor the chart has their schema. Reports say so.",
    ),
})
export type ChartsSettings = z.output<typeof chartsSettings>

/** Accepts what both of two settings accept. */
export function stricterCharts(own: ChartsSettings, floor: Partial<ChartsSettings>): ChartsSettings {
  const { accepted } = floor
  if (accepted === undefined) return own
  const isAccepted = (one: AcceptedKind) =>
    accepted.some(({ apiVersion, kind }) => apiVersion === one.apiVersion && kind === one.kind)
  return { accepted: own.accepted.filter(isAccepted) }
}
