import { type ChartPlace, fileOf, type ManifestObject, parseManifests, runsPods } from "../../chart/index.ts"
import { asSignalboxError, SignalboxError, type ToolFinding } from "../../domain/index.ts"
import { readHelmLint, readTemplateError } from "./read-helm.ts"
import { type KubeScore, readKubeScore, together } from "./read-kube-score.ts"
import { readKubeconform, type SchemaFinding } from "./read-kubeconform.ts"

/** What the tools wrote for one environment, by `ENVIRONMENT/STEP/FILE`. */
export interface EnvironmentReports {
  readonly environment: string
  readonly reports: Readonly<Record<string, string>>
  /** What its manifests have to be like. */
  readonly expected: Expected
}

/** What of an environment's file the manifests are held against. */
export interface Expected {
  readonly namespace: string
  readonly release: string
  /** Component that tests reach through its Service; null where they use an address. */
  readonly access: string | null
}

/** The same, read; or why it cannot be read. */
export type EnvironmentReading = EnvironmentReports & { readonly reading: ChartReading | string }

/** How Helm renders a chart: a template may tell an installation from an upgrade. */
export const renderings = [
  { name: "install", template: "template", schema: "schema", score: "kube-score" },
  { name: "upgrade", template: "upgrade", schema: "upgrade-schema", score: "upgrade-kube-score" },
] as const
export type Rendering = (typeof renderings)[number]["name"]

/** The upgrade, rendered once more: what differs is random, or the time of day. */
export const repeated = "again"

export interface RenderingReading {
  readonly rendering: Rendering
  /** What helm and kubeconform object to. */
  readonly findings: readonly SchemaFinding[]
  /** What was rendered; empty where it does not render, which is a finding. */
  readonly objects: readonly ManifestObject[]
  /** Objects that were checked against a schema. */
  readonly checked: number
}

export interface ChartReading {
  /** What helm lint objects to. */
  readonly findings: readonly ToolFinding[]
  readonly renderings: readonly RenderingReading[]
  /** What the upgrade rendered the second time; null where it did not render. */
  readonly again: readonly ManifestObject[] | null
  /** What kube-score says of all renderings. Absent where it was not asked, or nothing was rendered. */
  readonly score?: KubeScore
}

export function readEnvironment(written: EnvironmentReports, place: ChartPlace): EnvironmentReading {
  try {
    return { ...written, reading: readChart(written, place) }
  } catch (thrown) {
    return { ...written, reading: asSignalboxError(thrown).message }
  }
}

/** @throws OUTPUT_UNREADABLE */
export function readChart(
  { environment, reports }: Pick<EnvironmentReports, "environment" | "reports">,
  place: ChartPlace,
): ChartReading {
  const text = (step: string, file: string) => reports[`${environment}/${step}/${file}`] ?? ""
  const code = (step: string) => exitCodeIn(step, text(step, "run.json"))
  const findings = readHelmLint(text("lint", "stdout.txt"), text("lint", "stderr.txt"), code("lint"), place)
  const fileIn = (objects: readonly ManifestObject[]) => (kind: string, called: string) =>
    fileOf(
      objects.find((object) => object.kind === kind && object.name === called),
      place,
    )
  const read = renderings.map(({ name, template, schema }): RenderingReading => {
    if (code(template) !== 0) {
      const failed = readTemplateError(text(template, "stderr.txt"), place)
      return { rendering: name, findings: [failed], objects: [], checked: 0 }
    }
    const objects = parseManifests(text(template, "stdout.txt"))
    const { findings, objects: checked } = readKubeconform(text(schema, "stdout.txt"), fileIn(objects))
    return { rendering: name, findings, objects, checked }
  })
  const scores = renderings.flatMap(({ name, score }) => {
    const objects = read.find(({ rendering }) => rendering === name)?.objects ?? []
    if (!(`${environment}/${score}/run.json` in reports) || objects.length === 0) return []
    const workloads = objects.filter(runsPods).map(({ kind, name }) => `${kind}/${name}`)
    return [readKubeScore(text(score, "stdout.txt"), code(score), { workloads, fileOf: fileIn(objects) })]
  })
  return {
    findings,
    again: code(repeated) === 0 ? parseManifests(text(repeated, "stdout.txt")) : null,
    renderings: read,
    ...(scores.length === 0 ? {} : { score: together(scores) }),
  }
}

function exitCodeIn(step: string, text: string): number {
  const answer: unknown = text === "" ? null : JSON.parse(text)
  if (typeof answer === "object" && answer !== null && "exitCode" in answer) {
    if (typeof answer.exitCode === "number") return answer.exitCode
  }
  throw new SignalboxError("OUTPUT_UNREADABLE", { what: `run.json of ${step} has no exit code` })
}
