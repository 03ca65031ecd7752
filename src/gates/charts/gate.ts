import type { KnownSecrets } from "../../chart/index.ts"
import type { ToolFinding, ToolIdentity } from "../../domain/index.ts"
import { findSchemas, kubernetesSchemas, nodeWith, program, toolIdentity } from "../../toolbox/index.ts"
import { settle } from "../engine/exec.ts"
import { noResult } from "../engine/merge.ts"
import type { Finished, Gate, GateContext } from "../gate.ts"
import { judgeEnvironment, mergeEnvironments } from "./decide.ts"
import { type EnvironmentReading, type EnvironmentReports, readEnvironment } from "./read.ts"
import type { ChartPlace } from "./read-helm.ts"
import { chartDirectory, toolPlan, valuesDirectory, valuesOfEnvironments } from "./request.ts"
import { judgeValues } from "./values.ts"

interface ToolResult<T> {
  readonly tools: readonly ToolIdentity[]
  readonly place: ChartPlace
  /** Findings about the values files. */
  readonly values: readonly ToolFinding[]
  /** The secret ones among the values, to be hidden in what tools quote. */
  readonly secrets: KnownSecrets
  /** By environment, or why the tools gave no result. */
  readonly environments: readonly T[] | string
}

/**
 * The chart with each environment's values: helm lint, helm template, schemas of Kubernetes, our policy. The tools'
 * reports leave the engine without values that were rendered into a Secret.
 */
export const gate: Gate<unknown, ToolResult<EnvironmentReports>, ToolResult<EnvironmentReading>> = {
  // A project without a chart of its own is deployed with Signalbox's, which is judged with the project's values.
  appliesTo: async () => ({ applies: true }),
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
    const environments = outcome.finished
      ? await Promise.all(all.map(({ name }) => reportsOf(outcome, name)))
      : secrets.hide(outcome.why)
    const place = { path: context.config.chart.path ?? "charts/signalbox-app" }
    return { output: { tools, place, values, secrets, environments } }
  },
  read: ({ environments, ...rest }) => ({
    ...rest,
    environments:
      typeof environments === "string"
        ? environments
        : environments.map((one) => readEnvironment(one, rest.place)),
  }),
  decide({ tools, place, values, secrets, environments }) {
    if (typeof environments === "string") return noResult(environments, tools)
    const parts = environments.map((one) => judgeEnvironment(one, place, secrets))
    return { ...mergeEnvironments(parts, values), tools }
  },
}

function prepared(context: GateContext) {
  return nodeWith(context.toolbox, ["helm", "kubeconform"])
    .withFile("/signalbox/run-tool.ts", program("src/gates/engine/run-tool.ts"))
    .withFile("/signalbox/run-plan.ts", program("src/gates/engine/run-plan.ts"))
    .withMountedDirectory("/schemas", kubernetesSchemas(context.toolbox))
    .withDirectory(`/work/${chartDirectory}`, context.chart())
    .withWorkdir("/work")
}

async function reportsOf({ out }: Finished, environment: string): Promise<EnvironmentReports> {
  const paths = ["lint", "template", "schema"].flatMap((step) =>
    ["stdout.txt", "stderr.txt", "run.json"].map((file) => `${environment}/${step}/${file}`),
  )
  const texts = await Promise.all(paths.map((path) => out.file(path).contents()))
  const reports = Object.fromEntries(paths.map((path, index) => [path, texts[index] ?? ""]))
  return { environment, reports }
}
