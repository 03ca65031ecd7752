import { z } from "zod"

/** What `gates.charts.require` may ask for: the rules are in src/chart/required-rules.ts. */
export const requiredRules = [
  "readiness-probe",
  "liveness-probe",
  "resource-requests",
  "disruption-budget",
  "network-policy",
] as const

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
  require: z
    .array(z.enum(requiredRules))
    .default([])
    .describe(
      "What workloads must have beside the rules for every pod: probes, requests, a disruption budget where there are several " +
        "replicas, a network policy.",
    ),
})
export type ChartsSettings = z.output<typeof chartsSettings>

/** Accepts what both of two settings accept, and requires what either does. */
export function stricterCharts(own: ChartsSettings, floor: Partial<ChartsSettings>): ChartsSettings {
  const { accepted, require: required = [] } = floor
  const isAccepted = (one: AcceptedKind) =>
    accepted?.some(({ apiVersion, kind }) => apiVersion === one.apiVersion && kind === one.kind) ?? true
  return {
    accepted: own.accepted.filter(isAccepted),
    require: [...own.require, ...required.filter((rule) => !own.require.includes(rule))],
  }
}
