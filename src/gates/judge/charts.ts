import {
  budgetFindings,
  type KnownSecrets,
  parseManifests,
  redactManifests,
  scanManifests,
  secretsIn,
} from "../../chart/index.ts"
import { type Finding, fingerprint, SignalboxError } from "../../domain/index.ts"
import type { Judgement } from "../judgement.ts"
import { checkPolicy } from "../policy.ts"
import { type ChartPlace, chartFile, readHelmLint, readTemplateError } from "../readers/helm.ts"
import { readKubeconform } from "../readers/kubeconform.ts"

/** What was learned about the chart with one environment's values. */
export interface ChartPart {
  readonly environment: string
  readonly findings: readonly Finding[]
  readonly errors: readonly string[]
  readonly objects: number
  readonly reports: Readonly<Record<string, string>>
}

/** @throws OUTPUT_UNREADABLE */
export function judgeChart(
  environment: string,
  reports: Readonly<Record<string, string>>,
  place: ChartPlace,
  secrets: KnownSecrets,
): { findings: Finding[]; objects: number } {
  const text = (step: string, file: string) => reports[`${environment}/${step}/${file}`] ?? ""
  const code = (step: string) => Number((JSON.parse(text(step, "run.json")) as { exitCode: number }).exitCode)
  const lint = readHelmLint(text("lint", "stdout.txt"), text("lint", "stderr.txt"), code("lint"), place)
  if (code("template") !== 0)
    return {
      findings: [...lint, readTemplateError(text("template", "stderr.txt"), place)].map(
        withoutSecrets(secrets),
      ),
      objects: 0,
    }
  const objects = parseManifests(text("template", "stdout.txt"))
  const fileOf = (source: string | null | undefined) =>
    source == null ? place.path : chartFile(source, place)
  const schema = readKubeconform(text("schema", "stdout.txt"), (kind, name) =>
    fileOf(objects.find((object) => object.kind === kind && object.name === name)?.source),
  )
  const findings = [
    ...lint,
    ...schema.findings,
    ...checkPolicy(objects, (object) => fileOf(object.source)),
    ...[...scanManifests(objects), ...budgetFindings(objects)].map((finding) => inTree(finding, place)),
  ]
  return { findings: findings.map(withoutSecrets(secrets)), objects: schema.objects }
}

/** Tools quote values, and a report is read by more people than a Secret. */
function withoutSecrets(secrets: KnownSecrets): (finding: Finding) => Finding {
  return (finding) => ({
    ...finding,
    message: secrets.hide(finding.message),
    ...(finding.subject === undefined ? {} : { subject: secrets.hide(finding.subject) }),
  })
}

/** What the tools wrote, as it may be kept. What was rendered into a Secret is learnt by that, and known from then on. */
export function keptReports(
  environment: string,
  reports: Readonly<Record<string, string>>,
  secrets: KnownSecrets,
): Readonly<Record<string, string>> {
  const rendered = `${environment}/template/stdout.txt`
  const manifests = keptManifests(reports[rendered] ?? "", secrets)
  const others = Object.entries(reports).map(([path, text]) => [path, secrets.hide(text)] as const)
  return { ...Object.fromEntries(others), [rendered]: manifests }
}

function keptManifests(text: string, secrets: KnownSecrets): string {
  try {
    secrets.learn(secretsIn(parseManifests(text)))
    return redactManifests(text, secrets)
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    return "# not kept: it cannot be read as manifests, and may hold secrets\n"
  }
}

/** Rendered objects name their template by the chart's name; a person opens the file where it lies. */
function inTree(finding: Finding, place: ChartPlace): Finding {
  const { location } = finding
  const file = location === undefined ? place.path : chartFile(location.file, place)
  return { ...finding, location: { ...location, file } }
}

/** The same finding in several environments is one, and says where it is. */
export function together(parts: readonly ChartPart[], values: readonly Finding[]): Omit<Judgement, "tools"> {
  const places = new Map<string, { finding: Finding; environments: string[] }>()
  for (const { environment, findings } of parts)
    for (const finding of findings) {
      const known = places.get(fingerprint(finding))
      if (known === undefined) places.set(fingerprint(finding), { finding, environments: [environment] })
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
