import {
  builtInChart,
  type ChartFiles,
  type ChartPlace,
  checkPolicy,
  fileOf,
  parseValues,
  releaseFindings,
  releaseSecretLimit,
  releaseSecretSize,
  renderedChart,
  scanValues,
} from "../../chart/index.ts"
import {
  type Finding,
  fingerprint,
  isExpired,
  isRequired,
  SignalboxError,
  type ToolFinding,
} from "../../domain/index.ts"
import type { DriverRequest } from "../request.ts"
import { findingsWarn } from "./findings-warn.ts"
import type { Target } from "./target.ts"

/** The gate that has judged the same things before: its waivers count here, too. */
const gate = "charts"

/** What cannot end well, or must not begin. All of it at once, so that one round mends all. */
export function contentRefusals(
  target: Target,
  chart: ChartFiles,
  request: DriverRequest,
): readonly SignalboxError[] {
  const { policy, others } = counting(target, request)
  const secrets = others.filter(({ rule }) => /^(secret-|placeholder$)/.test(rule))
  const rest = others.filter((one) => !secrets.includes(one))
  return [
    ...refusal(
      secrets,
      "the rendered release carries secrets or placeholders",
      "refer to Secrets by name (secretEnv); create them outside the release",
    ),
    ...refusal(
      rest,
      "the rendered release is not what its values say",
      `${rest[0]?.fix ?? "fix what is named"}; then publish again`,
    ),
    ...(isPolicyRequired(request)
      ? refusal(
          policy,
          "the rendered release breaks the rules for pods",
          "fix what is named, or waive it in signalbox-waivers.yaml, and publish again: the record carries its waivers",
        )
      : []),
    ...sizeRefusal(target, chart),
  ]
}

/** Where the gate only warned, because it was not required or by its `onFail`, so does the plan. */
export function policyWarnings(
  target: Pick<Target, "objects" | "valueTexts" | "set">,
  request: DriverRequest,
): readonly string[] {
  if (request.record === null || isPolicyRequired(request)) return []
  const { policy } = counting(target, request)
  return policy.length === 0 ? [] : [`rules for pods: ${listed(policy)}`]
}

/** Whether the gate counts: the release needed it, or the environment requires it now; and its findings block. */
function isPolicyRequired(request: DriverRequest): boolean {
  const { record, requiredGates } = request
  const judged = record?.gates.find((one) => one.gate === gate)
  if (judged !== undefined && findingsWarn(judged, request)) return false
  return requiredGates.includes(gate) || (judged !== undefined && isRequired(judged))
}

/** What the gate's rules find in what is applied, without what the record's waivers accept today. */
function counting(
  { objects, valueTexts, set }: Pick<Target, "objects" | "valueTexts" | "set">,
  request: DriverRequest,
): { readonly policy: readonly ToolFinding[]; readonly others: readonly ToolFinding[] } {
  const place = { path: request.sources.chart ?? builtInChart }
  const values = valueTexts.flatMap((text, index) => {
    const file = sourceOf(request.values[index], request)
    return scanValues(parseValues(text, file), file)
  })
  const unwaived = (findings: readonly ToolFinding[]) => findings.filter((one) => !isWaived(one, request))
  return {
    policy: unwaived(podFindings(objects, place)),
    others: unwaived([...values, ...releaseFindings({ objects, images: set.images }, place)]),
  }
}

function podFindings(objects: Target["objects"], place: ChartPlace): readonly ToolFinding[] {
  return checkPolicy(objects, (object) => fileOf(object, place))
}

/** The path of a values file in the source tree, as findings and waivers name it. */
function sourceOf(name: string | undefined, { sources, environment }: DriverRequest): string {
  if (name === undefined) return "values.signalbox.yaml"
  if (name === "base.yaml") return sources.values ?? name
  return name === `${environment.name}.yaml` ? (environment.values ?? name) : name
}

function isWaived(finding: ToolFinding, { record, date }: DriverRequest): boolean {
  const identity = fingerprint({ ...finding, gate } satisfies Finding)
  return (record?.waivers ?? []).some((one) => one.fingerprint === identity && !isExpired(one, date))
}

function refusal(findings: readonly ToolFinding[], what: string, next: string): readonly SignalboxError[] {
  if (findings.length === 0) return []
  return [new SignalboxError("POLICY_REFUSED", { what, why: listed(findings), next })]
}

/** Of many findings so many are named. */
const named = 8

function listed(findings: readonly ToolFinding[]): string {
  const messages = [...new Set(findings.map(({ message }) => message))]
  const more = messages.length - named
  return [...messages.slice(0, named), ...(more > 0 ? [`and ${more} more`] : [])].join("; ")
}

function sizeRefusal(target: Target, chart: ChartFiles): readonly SignalboxError[] {
  const { manifest, crds, valueTexts } = target
  // The chart itself is stored for a rollback; Helm stores the rendered one.
  const stored = [chart, renderedChart(chart, manifest, crds)]
  const size = Math.max(...stored.map((files) => releaseSecretSize(files, valueTexts, manifest)))
  if (size <= releaseSecretLimit) return []
  return [
    new SignalboxError("POLICY_REFUSED", {
      what: "Helm could not store this release",
      why: `its Secret would take ${Math.round(size / 1024)} KiB, the limit is ${releaseSecretLimit / 1024} KiB`,
      next: "take large files out of the chart, or split it",
    }),
  ]
}
