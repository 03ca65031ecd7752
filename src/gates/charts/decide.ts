import {
  accessFindings,
  budgetFindings,
  type ChartPlace,
  chartFile,
  fileOf,
  type KnownSecrets,
  manifestFindings,
  parseManifests,
  type RequiredRuleName,
  redactManifests,
  requiredFindings,
  secretsIn,
} from "../../chart/index.ts"
import { type Digest, SignalboxError, type ToolFinding } from "../../domain/index.ts"
import type { Judgement } from "../gate.ts"
import { changingFindings, randomNames, withoutRandomNames } from "./random-names.ts"
import {
  type ChartReading,
  type EnvironmentReading,
  type Expected,
  type RenderingReading,
  renderings,
  repeated,
} from "./read.ts"
import { belowMinimum, type KubeScore } from "./read-kube-score.ts"
import type { SchemaFinding } from "./read-kubeconform.ts"
import type { AcceptedKind, KubeScoreSettings } from "./settings.ts"

/** What was learned about the chart with one environment's values. */
export interface ChartPart {
  readonly environment: string
  readonly findings: readonly ToolFinding[]
  readonly errors: readonly string[]
  readonly objects: number
  /** What kube-score gives it, of 100; null where it knows none of its kinds. Absent where it was not asked. */
  readonly points?: number | null
  readonly reports: Readonly<Record<string, string>>
}

/** What the manifests of all environments are held against. */
export interface ChartFacts {
  readonly place: ChartPlace
  /** component -> digest that the gate has put into the values. */
  readonly images: Readonly<Record<string, Digest>>
  /** Kinds without a schema that signalbox.yaml accepts, each with its reason. */
  readonly accepted?: readonly AcceptedKind[]
  /** What signalbox.yaml asks for beside the rules for every pod. Default: nothing. */
  readonly require?: readonly RequiredRuleName[]
  /** What kube-score has to say at least. Default: it was not asked. */
  readonly kubeScore?: KubeScoreSettings | undefined
}

/** The findings of one environment, and its reports without secrets, as they may be stored. */
export function judgeEnvironment(
  { environment, reports, reading, expected }: EnvironmentReading,
  facts: ChartFacts,
  secrets: KnownSecrets,
): ChartPart {
  // First: it adds the values rendered into a Secret to `secrets`, which then hides them in what tools quote.
  const part = { environment, reports: storedReports(environment, reports, secrets) }
  if (typeof reading === "string")
    return { ...part, findings: [], errors: [secrets.hide(`${environment}: ${reading}`)], objects: 0 }
  const objects = Math.max(...reading.renderings.map(({ checked }) => checked))
  const { kubeScore, place } = facts
  const score = kubeScore === undefined ? undefined : reading.score
  const findings = [
    ...judgeChart(reading, expected, facts, secrets),
    ...(score?.findings ?? []).map(withoutSecrets(secrets)),
    ...(kubeScore === undefined || score === undefined
      ? []
      : belowMinimum(environment, score, kubeScore.minimum, place.path)),
  ]
  const errors =
    score === undefined ? [] : unjudgedBy(score).map((why) => `${environment}: kube-score ${why}`)
  return { ...part, errors, findings, objects, ...(score === undefined ? {} : { points: score.points }) }
}

function unjudgedBy({ points, ungraded }: KubeScore): readonly string[] {
  if (ungraded.length > 0) return [`has not graded ${ungraded.join(", ")}`]
  return points === null ? ["has graded nothing: no workload was rendered"] : []
}

/** An object of an accepted kind is not checked: that is said, and refuses nothing. */
function withoutAccepted(accepted: readonly AcceptedKind[]): (finding: SchemaFinding) => ToolFinding {
  return ({ kind, ...finding }) => {
    const entry = accepted.find((one) => one.kind === kind?.kind && one.apiVersion === kind.apiVersion)
    if (entry === undefined) return finding
    const message = `${finding.message}; accepted: ${entry.reason}`
    return { ...finding, rule: "schema-accepted", severity: "info", message }
  }
}

/** Both renderings are judged: what an upgrade applies is what runs from the second release on. */
export function judgeChart(
  reading: ChartReading,
  expected: Expected,
  facts: ChartFacts,
  secrets: KnownSecrets,
): ToolFinding[] {
  const [first, second] = reading.renderings.map(({ objects }) => objects)
  const random = [
    ...randomNames(first ?? [], second ?? []),
    ...randomNames(second ?? [], reading.again ?? []),
  ]
  const judged = reading.renderings.map((one) => ({
    rendering: one.rendering,
    findings: judgeRendering(one, expected, facts).map(withoutRandomNames(random)),
  }))
  const all = new Map<string, { finding: ToolFinding; in: string[] }>()
  for (const { rendering, findings } of judged)
    for (const finding of findings) {
      const known = all.get(identity(finding))
      if (known === undefined) all.set(identity(finding), { finding, in: [rendering] })
      else if (!known.in.includes(rendering)) known.in.push(rendering)
    }
  const merged = [...all.values()].map(({ finding, in: [only, ...more] }) =>
    more.length === 0 && judged.length > 1
      ? {
          ...finding,
          message: `${finding.message} (only in an ${only === "install" ? "installation" : only})`,
        }
      : finding,
  )
  const changing = reading.again === null ? [] : changingFindings(second ?? [], reading.again, facts.place)
  return [...reading.findings, ...merged, ...changing].map(withoutSecrets(secrets))
}

function judgeRendering(
  { findings: found, objects }: RenderingReading,
  expected: Expected,
  { place, images, accepted = [], require: required = [] }: ChartFacts,
): readonly ToolFinding[] {
  const findings = found.map(withoutAccepted(accepted))
  // What does not render is a finding, and nothing else can be said of it.
  if (objects.length === 0) return findings
  const access =
    expected.access === null ? [] : accessFindings(objects, expected, expected.access, place.path)
  return [
    ...findings,
    ...manifestFindings({ objects, images }, place),
    ...requiredFindings(objects, required, expected.namespace, (object) => fileOf(object, place)),
    ...budgetFindings(objects).map((finding) => inTree(finding, place)),
    ...access,
  ]
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
  const rendered = renderings.map(({ template }) => `${environment}/${template}/stdout.txt`)
  const manifests = rendered.map((path) => [path, storedManifests(reports[path] ?? "", secrets)] as const)
  const others = Object.entries(reports)
    // Compared only: it may hold a Secret, and says nothing that the first one does not.
    .filter(([path]) => !path.startsWith(`${environment}/${repeated}/`))
    .map(([path, text]) => [path, secrets.hide(text)] as const)
  return { ...Object.fromEntries(others), ...Object.fromEntries(manifests) }
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
  const graded = parts.flatMap(({ points }) => points ?? [])
  return {
    findings: [...findings, ...values],
    errors: parts.flatMap((part) => part.errors),
    summary: `${objects} objects in ${parts.length} environments${graded.length === 0 ? "" : `, kube-score ${Math.min(...graded).toFixed(1)}`}`,
    figures: {
      ...{ objects, environments: parts.length },
      ...(graded.length === 0 ? {} : { kubeScore: Math.min(...graded) }),
    },
    reports: Object.assign({}, ...parts.map((part) => part.reports)),
  }
}

/** What makes findings of two environments the same: as a waiver identifies them, within this gate. */
function identity({ rule, location, subject }: ToolFinding): string {
  return [rule, location?.file ?? "", subject].join("\0")
}
