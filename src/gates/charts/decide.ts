import {
  budgetFindings,
  type KnownSecrets,
  parseManifests,
  redactManifests,
  scanManifests,
  secretsIn,
} from "../../chart/index.ts"
import { SignalboxError, type ToolFinding } from "../../domain/index.ts"
import type { Judgement } from "../gate.ts"
import { checkPolicy } from "./policy.ts"
import { type ChartReading, type EnvironmentReading, fileOf } from "./read.ts"
import { type ChartPlace, chartFile } from "./read-helm.ts"

/** What was learned about the chart with one environment's values. */
export interface ChartPart {
  readonly environment: string
  readonly findings: readonly ToolFinding[]
  readonly errors: readonly string[]
  readonly objects: number
  readonly reports: Readonly<Record<string, string>>
}

/** The findings of one environment, and its reports without secrets, as they may be stored. */
export function judgeEnvironment(
  { environment, reports, reading }: EnvironmentReading,
  place: ChartPlace,
  secrets: KnownSecrets,
): ChartPart {
  // First: it adds the values rendered into a Secret to `secrets`, which then hides them in what tools quote.
  const part = { environment, reports: storedReports(environment, reports, secrets) }
  if (typeof reading === "string")
    return { ...part, findings: [], errors: [secrets.hide(`${environment}: ${reading}`)], objects: 0 }
  return { ...part, errors: [], findings: judgeChart(reading, place, secrets), objects: reading.checked }
}

export function judgeChart(reading: ChartReading, place: ChartPlace, secrets: KnownSecrets): ToolFinding[] {
  const { findings, objects } = reading
  const ours = [...scanManifests(objects), ...budgetFindings(objects)]
  return [
    ...findings,
    ...checkPolicy(objects, (object) => fileOf(object, place)),
    ...ours.map((finding) => inTree(finding, place)),
  ].map(withoutSecrets(secrets))
}

/** Tools quote values, and a report is read by more people than a Secret. */
function withoutSecrets(secrets: KnownSecrets): (finding: ToolFinding) => ToolFinding {
  return (finding) => ({
    ...finding,
    message: secrets.hide(finding.message),
    ...(finding.subject === undefined ? {} : { subject: secrets.hide(finding.subject) }),
  })
}

/**
 * The tools' reports as they may be stored. Values rendered into a Secret are added to `secrets`, which hides them from
 * then on.
 */
export function storedReports(
  environment: string,
  reports: Readonly<Record<string, string>>,
  secrets: KnownSecrets,
): Readonly<Record<string, string>> {
  const rendered = `${environment}/template/stdout.txt`
  const manifests = storedManifests(reports[rendered] ?? "", secrets)
  const others = Object.entries(reports).map(([path, text]) => [path, secrets.hide(text)] as const)
  return { ...Object.fromEntries(others), [rendered]: manifests }
}

function storedManifests(text: string, secrets: KnownSecrets): string {
  try {
    secrets.learn(secretsIn(parseManifests(text)))
    return redactManifests(text, secrets)
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    return "# not stored: it cannot be read as manifests, and may hold secrets\n"
  }
}

/** Rendered objects name their template by the chart's name; a person opens the file where it lies. */
function inTree(finding: ToolFinding, place: ChartPlace): ToolFinding {
  const { location } = finding
  const file = location === undefined ? place.path : chartFile(location.file, place)
  return { ...finding, location: { ...location, file } }
}

/** Merges environments: a finding of several of them is reported once, and names them. */
export function mergeEnvironments(
  parts: readonly ChartPart[],
  values: readonly ToolFinding[],
): Omit<Judgement, "tools"> {
  const places = new Map<string, { finding: ToolFinding; environments: string[] }>()
  for (const { environment, findings } of parts)
    for (const finding of findings) {
      const known = places.get(identity(finding))
      if (known === undefined) places.set(identity(finding), { finding, environments: [environment] })
      else if (!known.environments.includes(environment)) known.environments.push(environment)
    }
  const findings = [...places.values()].map(({ finding, environments }) =>
    environments.length === parts.length
      ? finding
      : { ...finding, message: `${finding.message} (${environments.join(", ")})` },
  )
  const objects = parts.reduce((sum, part) => sum + part.objects, 0)
  return {
    findings: [...findings, ...values],
    errors: parts.flatMap((part) => part.errors),
    summary: `${objects} objects in ${parts.length} environments`,
    figures: { objects, environments: parts.length },
    reports: Object.assign({}, ...parts.map((part) => part.reports)),
  }
}

/** What makes findings of two environments the same: as a waiver identifies them, within this gate. */
function identity({ rule, location, subject }: ToolFinding): string {
  return [rule, location?.file ?? "", subject].join("\0")
}
