import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { builtInChart, type ChartPlace, type KnownSecrets } from "../../chart/index.ts"
import type { ToolFinding, ToolIdentity } from "../../domain/index.ts"
import { nodeWith, program, usedTool } from "../../toolbox/index.ts"
import { settle } from "../engine/exec.ts"
import { noResult } from "../engine/merge.ts"
import type { PlannedTool } from "../engine/run-plan.ts"
import type { Gate, GateContext, KubernetesSchemas } from "../gate.ts"
import { type ChartFacts, judgeEnvironment, mergeEnvironments } from "./decide.ts"
import { dependencyFindings } from "./dependencies.ts"
import { kindsIn, renderedTexts } from "./kinds.ts"
import {
  type EnvironmentReading,
  type EnvironmentReports,
  readEnvironment,
  renderings,
  repeated,
} from "./read.ts"
import { skippedChecks, skippedText } from "./read-kube-score.ts"
import { linkFindings } from "./read-links.ts"
import {
  type ChartEnvironment,
  chartDirectory,
  definitionsStep,
  imagesOf,
  renderPlan,
  schemaPlan,
  scorePlan,
  valuesDirectory,
  valuesOfEnvironments,
} from "./request.ts"
import type { ChartsSettings, KubeScoreSettings } from "./settings.ts"
import { judgeValues } from "./values.ts"

interface ToolResult<T> extends ChartFacts {
  readonly tools: readonly ToolIdentity[]
  /** Findings about the values files, and the files of the chart. */
  readonly values: readonly ToolFinding[]
  /** The secret ones among the values, to be hidden in what tools quote. */
  readonly secrets: KnownSecrets
  /** By environment, or why the tools gave no result. */
  readonly environments: readonly T[] | string
}

/**
 * The chart with each environment's values, as an installation and as an upgrade: helm lint, helm template, schemas of
 * Kubernetes and of the custom resources that the chart defines, our policy. The tools' reports leave the engine without
 * values that were rendered into a Secret.
 */
export const gate: Gate<ChartsSettings, ToolResult<EnvironmentReports>, ToolResult<EnvironmentReading>> = {
  // A project without a chart of its own is deployed with Signalbox's, which is judged with the project's values.
  appliesTo: async ({ environments }) =>
    environments.length > 0
      ? { applies: true }
      : { applies: false, why: "there is no environment that a chart could be rendered for" },
  async run(context, { accepted, require: required, kubeScore }) {
    const schemas = await context.schemas()
    const names = ["helm", ...checkersOf(kubeScore)] as const
    const used = names.map((name) => usedTool(context.toolbox, name))
    const tools = [
      ...(await Promise.all(used)),
      { name: "kubernetes-schemas", version: schemas.version, image: schemas.source },
    ]
    const all = await valuesOfEnvironments(context)
    const place = { path: context.config.chart.path ?? builtInChart }
    const { findings: values, secrets } = await judgeValues(context, all)
    const images = imagesOf(context)
    const facts = { tools, place, images, secrets, accepted, require: required, kubeScore }
    const written = await render(context, all, schemas, kubeScore)
    if (typeof written === "string")
      return { output: { ...facts, values, environments: secrets.hide(written) } }
    const links = linkFindings(written.links, place)
    const files = [...links, ...(await lockedDependencies(context, place))]
    return { output: { ...facts, values: [...values, ...files], environments: written.environments } }
  },
  read: ({ environments, ...rest }) => ({
    ...rest,
    environments:
      typeof environments === "string"
        ? environments
        : environments.map((one) => readEnvironment(one, rest.place)),
  }),
  decide({ tools, environments, values, secrets, ...facts }) {
    if (typeof environments === "string") return noResult(environments, tools)
    const parts = environments.map((one) => judgeEnvironment(one, facts, secrets))
    const { kubeScore } = facts
    const merged = mergeEnvironments(parts, [...values, ...skippedChecks(kubeScore)])
    return { ...merged, summary: `${merged.summary}${skippedText(kubeScore)}`, tools }
  },
}

interface Written {
  readonly links: string
  readonly environments: readonly EnvironmentReports[]
}

/** Renders, then holds what was rendered against the schemas of the kinds in it. A string says why it could not. */
async function render(
  context: GateContext,
  all: readonly ChartEnvironment[],
  schemas: KubernetesSchemas,
  kubeScore: KubeScoreSettings | undefined,
): Promise<Written | string> {
  const chart = context.chart()
  const definitions = [await chart.glob("**/crds/**"), await chart.glob("charts/*.tgz")].flat().length > 0
  const rendered = await settle(
    planned(context, ["helm"], renderPlan(all, schemas.version, definitions))
      .withFile("/signalbox/links.ts", program("src/gates/charts/links.ts"))
      .withDirectory(`/work/${chartDirectory}`, chart)
      .withDirectory("/work/values", valuesDirectory(context, all))
      .withWorkdir("/work")
      .withExec(runPlan),
    [],
  )
  if (!rendered.finished) return rendered.why
  const reports = await Promise.all(all.map((one) => reportsOf(rendered.out, one.name, renderSteps)))
  const defined =
    definitions && all.length > 0 ? await rendered.out.file(`${definitionsStep}/stdout.txt`).contents() : ""
  const grades = kubeScore === undefined ? [] : scorePlan(all, schemas.version, kubeScore)
  const plan = [...schemaPlan(all), ...grades]
  const steps = grades.length === 0 ? schemaSteps : [...schemaSteps, ...scoreSteps]
  const { kinds, custom } = kindsIn([...reports.flatMap(renderedTexts), defined])
  const checked = await settle(
    planned(context, checkersOf(kubeScore), plan)
      .withMountedDirectory("/schemas", await schemas.files(kinds))
      .withDirectory("/custom-schemas", asDirectory(custom))
      .withMountedDirectory("/rendered", rendered.out)
      .withExec(runPlan),
    [],
  )
  if (!checked.finished) return checked.why
  const environments = all.map(async ({ name, ...expected }, index): Promise<EnvironmentReports> => {
    const judged = await reportsOf(checked.out, name, steps)
    return { environment: name, reports: { ...reports[index], ...judged }, expected }
  })
  return {
    links: await rendered.out.file("links/stdout.txt").contents(),
    environments: await Promise.all(environments),
  }
}

const runPlan = ["node", "/signalbox/run-plan.ts", "/plan.json"]
const renderSteps = ["lint", repeated, ...renderings.map(({ template }) => template)]
const schemaSteps = renderings.map(({ schema }) => schema)
const scoreSteps = renderings.map(({ score }) => score)

/** What looks at rendered manifests. */
const checkersOf = (kubeScore: KubeScoreSettings | undefined) =>
  kubeScore === undefined ? (["kubeconform"] as const) : (["kubeconform", "kubeScore"] as const)

function planned(
  { toolbox, seconds }: GateContext,
  names: readonly ("helm" | "kubeconform" | "kubeScore")[],
  plan: readonly PlannedTool[],
): Container {
  return nodeWith(toolbox, names)
    .withFile("/signalbox/run-tool.ts", program("src/gates/engine/run-tool.ts"))
    .withFile("/signalbox/run-plan.ts", program("src/gates/engine/run-plan.ts"))
    .withNewFile("/plan.json", JSON.stringify(plan.map((tool) => ({ ...tool, seconds }))))
}

function asDirectory(files: ReadonlyMap<string, object>): Directory {
  return [...files].reduce(
    (all: Directory, [name, schema]) => all.withNewFile(name, JSON.stringify(schema)),
    dag.directory(),
  )
}

async function reportsOf(
  out: Directory,
  environment: string,
  steps: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const paths = steps.flatMap((step) =>
    ["stdout.txt", "stderr.txt", "run.json"].map((file) => `${environment}/${step}/${file}`),
  )
  const texts = await Promise.all(paths.map((path) => out.file(path).contents()))
  return Object.fromEntries(paths.map((path, index) => [path, texts[index] ?? ""]))
}

async function lockedDependencies(context: GateContext, place: ChartPlace): Promise<readonly ToolFinding[]> {
  const chart = context.chart()
  const [entries, packed, charts] = await Promise.all([
    chart.entries(),
    chart.glob("charts/*.tgz"),
    chart.glob("charts/*/Chart.yaml"),
  ])
  if (!entries.includes("Chart.yaml")) return []
  const [manifest, lock, ...texts] = await Promise.all([
    chart.file("Chart.yaml").contents(),
    entries.includes("Chart.lock") ? chart.file("Chart.lock").contents() : null,
    ...charts.map((path) => chart.file(path).contents()),
  ])
  const unpacked = charts.map((path, index) => ({ path, text: texts[index] ?? "" }))
  const archives = packed.map((path) => path.slice("charts/".length))
  return dependencyFindings({ manifest, lock, archives, unpacked }, place)
}
