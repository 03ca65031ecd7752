import type { KnownSecrets } from "../../chart/index.ts"
import type { ToolFinding, ToolIdentity } from "../../domain/index.ts"
import { findSchemas, kubernetesSchemas, nodeWith, program, toolIdentity } from "../../toolbox/index.ts"
import { settle } from "../engine/exec.ts"
import { unjudged } from "../engine/merge.ts"
import type { Finished, Gate, GateContext } from "../gate.ts"
import { judgeEnvironment, together } from "./decide.ts"
import { type EnvironmentReading, type EnvironmentReports, readEnvironment } from "./read.ts"
import type { ChartPlace } from "./read-helm.ts"
import { chartDirectory, toolPlan, valuesDirectory, valuesOfEnvironments } from "./request.ts"
import { judgeValues } from "./values.ts"

interface Of<T> {
  readonly tools: readonly ToolIdentity[]
  readonly place: ChartPlace
  /** What is wrong with the values themselves. */
  readonly values: readonly ToolFinding[]
  /** What of them is secret: tools quote it. */
  readonly secrets: KnownSecrets
  /** By environment, or why the tools did not come to a judgement. */
  readonly environments: readonly T[] | string
}

/**
 * The chart with each environment's values: helm lint, helm template, schemas of Kubernetes, our policy. What leaves the
 * engine of the tools' reports is without what was rendered into a Secret.
 */
export const gate: Gate<unknown, Of<EnvironmentReports>, Of<EnvironmentReading>> = {
  // A project without a chart of its own is deployed with the one that Signalbox brings, which is judged with its values.
  appliesTo: async () => ({ applies: true }),
  async run(context) {
    const tools = (["helm", "kubeconform"] as const).map((name) => toolIdentity(context.toolbox, name))
    const schemas = findSchemas(context.toolbox)
    const all = await valuesOfEnvironments(context)
    const ran = await settle(
      prepared(context)
        .withDirectory("/work/values", valuesDirectory(context, all))
        .withNewFile("/plan.json", JSON.stringify(toolPlan(all, schemas.version)))
        .withExec(["node", "/signalbox/run-plan.ts", "/plan.json"]),
      [],
    )
    const { findings: values, secrets } = await judgeValues(context, all)
    const environments = ran.ran
      ? await Promise.all(all.map(({ name }) => reportsOf(ran, name)))
      : secrets.hide(ran.why)
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
    if (typeof environments === "string") return unjudged(environments, tools)
    const parts = environments.map((one) => judgeEnvironment(one, place, secrets))
    return { ...together(parts, values), tools }
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
