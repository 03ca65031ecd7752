import { type ManifestObject, parseManifests } from "../../chart/index.ts"
import { asSignalboxError, SignalboxError, type ToolFinding } from "../../domain/index.ts"
import { type ChartPlace, chartFile, readHelmLint, readTemplateError } from "./read-helm.ts"
import { readKubeconform } from "./read-kubeconform.ts"

/** What the tools wrote for one environment, by `ENVIRONMENT/STEP/FILE`. */
export interface EnvironmentReports {
  readonly environment: string
  readonly reports: Readonly<Record<string, string>>
}

/** The same, read; or why it cannot be read. */
export type EnvironmentReading = EnvironmentReports & { readonly reading: ChartReading | string }

export interface ChartReading {
  /** What helm and kubeconform object to. */
  readonly findings: readonly ToolFinding[]
  /** What was rendered; empty where it does not render, which is a finding. */
  readonly objects: readonly ManifestObject[]
  /** Objects that were checked against a schema. */
  readonly checked: number
}

export function readEnvironment(written: EnvironmentReports, place: ChartPlace): EnvironmentReading {
  try {
    return { ...written, reading: readChart(written, place) }
  } catch (thrown) {
    return { ...written, reading: asSignalboxError(thrown).message }
  }
}

/** @throws OUTPUT_UNREADABLE */
export function readChart({ environment, reports }: EnvironmentReports, place: ChartPlace): ChartReading {
  const text = (step: string, file: string) => reports[`${environment}/${step}/${file}`] ?? ""
  const code = (step: string) => exitCodeIn(text(step, "run.json"))
  const lint = readHelmLint(text("lint", "stdout.txt"), text("lint", "stderr.txt"), code("lint"), place)
  if (code("template") !== 0) {
    const failed = readTemplateError(text("template", "stderr.txt"), place)
    return { findings: [...lint, failed], objects: [], checked: 0 }
  }
  const objects = parseManifests(text("template", "stdout.txt"))
  const schema = readKubeconform(text("schema", "stdout.txt"), (kind, name) =>
    fileOf(
      objects.find((object) => object.kind === kind && object.name === name),
      place,
    ),
  )
  return { findings: [...lint, ...schema.findings], objects, checked: schema.objects }
}

/** The template that an object was rendered from, as a path of the source tree. */
export function fileOf(object: Pick<ManifestObject, "source"> | undefined, place: ChartPlace): string {
  return object?.source == null ? place.path : chartFile(object.source, place)
}

function exitCodeIn(text: string): number {
  const answer: unknown = JSON.parse(text)
  if (typeof answer === "object" && answer !== null && "exitCode" in answer) {
    if (typeof answer.exitCode === "number") return answer.exitCode
  }
  throw new SignalboxError("OUTPUT_UNREADABLE", { what: "run.json has no exit code" })
}
