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

const skippedCheck = z
  .strictObject({
    check: z
      .string()
      .regex(/^[a-z][a-z0-9-]{2,100}$/, { error: "the id of a check, such as container-image-pull-policy" })
      .describe("Id of the check, as a finding names it behind kube-score:."),
    reason: z.string().trim().min(1).max(500).describe("Why it is not asked, for whoever reads the report."),
  })
  .describe("A check of kube-score that counts for nothing.")

const kubeScoreSettings = z
  .strictObject({
    minimum: z.number().min(0).max(100).default(80).describe("Points of 100 that each workload must have."),
    skip: z
      .array(skippedCheck)
      .default([])
      .describe("Checks that are left out. Reports say so, with the reason."),
  })
  .describe("Have kube-score grade what is rendered. Default: it does not run.")
export type KubeScoreSettings = z.output<typeof kubeScoreSettings>

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
  kubeScore: kubeScoreSettings.optional(),
})
export type ChartsSettings = z.output<typeof chartsSettings>

/** Accepts what both of two settings accept, and requires what either does. */
export function stricterCharts(own: ChartsSettings, floor: Partial<ChartsSettings>): ChartsSettings {
  const { accepted, require: required = [], kubeScore } = floor
  const isAccepted = (one: AcceptedKind) =>
    accepted?.some(({ apiVersion, kind }) => apiVersion === one.apiVersion && kind === one.kind) ?? true
  return {
    accepted: own.accepted.filter(isAccepted),
    require: [...own.require, ...required.filter((rule) => !own.require.includes(rule))],
    ...stricterScore(own.kubeScore, kubeScore),
  }
}

/** Asks for the higher minimum, and skips what both skip. */
function stricterScore(
  own: KubeScoreSettings | undefined,
  floor: KubeScoreSettings | undefined,
): Pick<ChartsSettings, "kubeScore"> {
  const one = own ?? floor
  if (one === undefined) return {}
  if (own === undefined || floor === undefined) return { kubeScore: one }
  const isSkipped = ({ check }: KubeScoreSettings["skip"][number]) =>
    floor.skip.some((other) => other.check === check)
  const minimum = Math.max(own.minimum, floor.minimum)
  return { kubeScore: { minimum, skip: own.skip.filter(isSkipped) } }
}
