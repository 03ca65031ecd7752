import { type Directory, dag } from "@dagger.io/dagger"
import {
  declaredValuesFile,
  injectedValues,
  injectedValuesFile,
  templateArguments,
} from "../../chart/index.ts"
import { type Digest, sha256 } from "../../domain/index.ts"
import { toolTimeout } from "../engine/exec.ts"
import type { PlannedTool } from "../engine/run-plan.ts"
import type { GateContext } from "../gate.ts"
import { type Expected, renderings, repeated } from "./read.ts"

/** Where the chart lies while it is judged, below /work. */
export const chartDirectory = "chart"

/** An environment as far as the chart is rendered for it. */
export interface ChartEnvironment extends Expected {
  readonly name: string
  /** Values files of the source tree, later ones win. */
  readonly values: readonly string[]
}

/** What signalbox.yaml says of the components: the first values of Signalbox's own chart, and of no other. */
const declared = "declared.yaml"

export function valuesOfEnvironments(context: GateContext): Promise<ChartEnvironment[]> {
  const { environments, chart } = context.config
  return Promise.all(
    environments.map(async (name) => {
      const { namespace, release, values, access } = await context.environment(name)
      const component = access.kind === "service-proxy" ? access.component : null
      const files = [chart.values, values].filter((file) => file !== null)
      return { name, namespace, release, access: component, values: files }
    }),
  )
}

/** A gate does not wait for a build: any well-formed digest shows whether the chart puts it where it belongs. */
export function imagesOf({ config }: GateContext): Readonly<Record<string, Digest>> {
  return Object.fromEntries(Object.keys(config.components).map((component) => [component, sha256(component)]))
}

/** All values files under flat names, and the ones that a deployment adds. */
export function valuesDirectory(context: GateContext, environments: readonly ChartEnvironment[]): Directory {
  const { project, registry, components, chart } = context.config
  const images = Object.entries(imagesOf(context)).map(([component, digest]) => ({
    component,
    repository: `${registry}/${project}/${component}`,
    digest,
  }))
  const files = [...new Set(environments.flatMap(({ values }) => values))]
  return files.reduce(
    (directory, file) => directory.withFile(flat(file), context.source.file(file)),
    dag
      .directory()
      .withNewFile(declared, chart.path === null ? declaredValuesFile(components) : "{}\n")
      .withNewFile("signalbox.yaml", injectedValuesFile(injectedValues("0.0.0", images))),
  )
}

/** Another name for another path, and never that of the values that a deployment adds. */
function flat(file: string): string {
  return `values-${encodeURIComponent(file)}`
}

/** The chart's links; then, for each environment, lint, and each rendering with the schema check that reads it, and one once more. */
export function toolPlan(environments: readonly ChartEnvironment[], kubernetes: string): PlannedTool[] {
  const links = { ...tool("links", ["node", "/signalbox/links.ts", chartDirectory]), judged: [0] }
  return [links, ...environments.flatMap((environment) => toolsOf(environment, kubernetes))]
}

function toolsOf({ name, namespace, release, values }: ChartEnvironment, kubernetes: string): PlannedTool[] {
  const files = [declared, ...values.map(flat), "signalbox.yaml"].map((file) => `/work/values/${file}`)
  const kubeVersion = `v${kubernetes}`
  const request = { release, namespace, chart: chartDirectory, values: files, kubeVersion }
  const helm = (isUpgrade: boolean) => ["helm", ...templateArguments({ ...request, isUpgrade })]
  return [
    tool(`${name}/lint`, [
      ...["helm", "lint", chartDirectory, "--strict", "--color", "never", "--namespace", namespace],
      ...["--kube-version", kubeVersion, ...files.flatMap((file) => ["--values", file])],
    ]),
    ...renderings.flatMap(({ name: rendering, template, schema }) => [
      tool(`${name}/${template}`, helm(rendering === "upgrade")),
      {
        ...tool(`${name}/${schema}`, [
          ...["kubeconform", "-output", "json", "-summary", "-verbose", "-strict"],
          ...["-schema-location", "/schemas/{{.ResourceKind}}{{.KindSuffix}}.json"],
        ]),
        input: `/out/${name}/${template}/stdout.txt`,
      },
    ]),
    tool(`${name}/${repeated}`, helm(true)),
  ]
}

function tool(out: string, command: readonly string[]): PlannedTool {
  return { out: `/out/${out}`, judged: [0, 1], seconds: toolTimeout, command }
}
