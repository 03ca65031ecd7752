import { builtInChart, type ChartPlace, type KnownSecrets } from "../../chart/index.ts"
import type { ToolFinding, ToolIdentity } from "../../domain/index.ts"
import { findSchemas, kubernetesSchemas, nodeWith, program, toolIdentity } from "../../toolbox/index.ts"
import { settle } from "../engine/exec.ts"
import { noResult } from "../engine/merge.ts"
import type { Finished, Gate, GateContext } from "../gate.ts"
import { type ChartFacts, judgeEnvironment, mergeEnvironments } from "./decide.ts"
import { dependencyFindings } from "./dependencies.ts"
import {
  type EnvironmentReading,
  type EnvironmentReports,
  readEnvironment,
  renderings,
  repeated,
} from "./read.ts"
import { linkFindings } from "./read-links.ts"
import {
  type ChartEnvironment,
  chartDirectory,
  imagesOf,
  toolPlan,
  valuesDirectory,
  valuesOfEnvironments,
} from "./request.ts"
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
 * Kubernetes, our policy. The tools'
 * reports leave the engine without values that were rendered into a Secret.
 */
export const gate: Gate<unknown, ToolResult<EnvironmentReports>, ToolResult<EnvironmentReading>> = {
  // A project without a chart of its own is deployed with Signalbox's, which is judged with the project's values.
  appliesTo: async ({ environments }) =>
    environments.length > 0
      ? { applies: true }
      : { applies: false, why: "there is no environment that a chart could be rendered for" },
  async run(context) {
    const tools = (["helm", "kubeconform"] as const).map((name) => toolIdentity(context.toolbox, name))
    const schemas = findSchemas(context.toolbox)
    const all = await valuesOfEnvironments(context)
    const outcome = await settle(
      prepared(context)
        .withDirectory("/work/values", valuesDirectory(context, all))
        .withNewFile("/plan.json", JSON.stringify(toolPlan(all, schemas.version)))
        .withExec(["node", "/signalbox/run-plan.ts", "/plan.json"]),
      [],
    )
    const { findings: values, secrets } = await judgeValues(context, all)
    const place = { path: context.config.chart.path ?? builtInChart }
    const facts = { tools, place, images: imagesOf(context), secrets }
    if (!outcome.finished) return { output: { ...facts, values, environments: secrets.hide(outcome.why) } }
    const links = linkFindings(await outcome.out.file("links/stdout.txt").contents(), place)
    const environments = await Promise.all(all.map((one) => reportsOf(outcome, one)))
    const files = [...links, ...(await lockedDependencies(context, place))]
    return { output: { ...facts, values: [...values, ...files], environments } }
  },
  read: ({ environments, ...rest }) => ({
    ...rest,
    environments:
      typeof environments === "string"
        ? environments
        : environments.map((one) => readEnvironment(one, rest.place)),
  }),
  decide({ tools, place, images, values, secrets, environments }) {
    if (typeof environments === "string") return noResult(environments, tools)
    const parts = environments.map((one) => judgeEnvironment(one, { place, images }, secrets))
    return { ...mergeEnvironments(parts, values), tools }
  },
}

function prepared(context: GateContext) {
  return nodeWith(context.toolbox, ["helm", "kubeconform"])
    .withFile("/signalbox/run-tool.ts", program("src/gates/engine/run-tool.ts"))
    .withFile("/signalbox/run-plan.ts", program("src/gates/engine/run-plan.ts"))
    .withFile("/signalbox/links.ts", program("src/gates/charts/links.ts"))
    .withMountedDirectory("/schemas", kubernetesSchemas(context.toolbox))
    .withDirectory(`/work/${chartDirectory}`, context.chart())
    .withWorkdir("/work")
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

async function reportsOf(
  { out }: Finished,
  { name, ...expected }: ChartEnvironment,
): Promise<EnvironmentReports> {
  const steps = ["lint", repeated, ...renderings.flatMap(({ template, schema }) => [template, schema])]
  const paths = steps.flatMap((step) =>
    ["stdout.txt", "stderr.txt", "run.json"].map((file) => `${name}/${step}/${file}`),
  )
  const texts = await Promise.all(paths.map((path) => out.file(path).contents()))
  const reports = Object.fromEntries(paths.map((path, index) => [path, texts[index] ?? ""]))
  return { environment: name, reports, expected }
}
