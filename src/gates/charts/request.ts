import { type Directory, dag } from "@dagger.io/dagger"
import {
  declaredValuesFile,
  injectedValues,
  injectedValuesFile,
  templateArguments,
} from "../../chart/index.ts"
import { sha256 } from "../../domain/index.ts"
import { toolTimeout } from "../engine/exec.ts"
import type { PlannedTool } from "../engine/run-plan.ts"
import type { GateContext } from "../gate.ts"

/** Where the chart lies while it is judged, below /work. */
export const chartDirectory = "chart"

/** An environment as far as the chart is rendered for it. */
export interface ChartEnvironment {
  readonly name: string
  readonly namespace: string
  readonly release: string
  /** Values files of the source tree, later ones win. */
  readonly values: readonly string[]
}

/** What signalbox.yaml says of the components: the first values of Signalbox's own chart, and of no other. */
const declared = "declared.yaml"

export function valuesOfEnvironments(context: GateContext): Promise<ChartEnvironment[]> {
  const { environments, chart } = context.config
  return Promise.all(
    environments.map(async (name) => {
      const { namespace, release, values } = await context.environment(name)
      return { name, namespace, release, values: [chart.values, values].filter((file) => file !== null) }
    }),
  )
}

/** All values files under flat names, and the ones that a deployment adds. */
export function valuesDirectory(context: GateContext, environments: readonly ChartEnvironment[]): Directory {
  const { project, registry, components, chart } = context.config
  // A gate does not wait for a build: any well-formed digest shows whether the chart puts it where it belongs.
  const images = Object.keys(components).map((component) => ({
    component,
    repository: `${registry}/${project}/${component}`,
    digest: sha256(component),
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

/** Three tools per environment, one after the other: the schema check reads what was rendered. */
export function toolPlan(environments: readonly ChartEnvironment[], kubernetes: string): PlannedTool[] {
  const tool = (out: string, command: readonly string[]) => ({
    out: `/out/${out}`,
    judged: [0, 1],
    seconds: toolTimeout,
    command,
  })
  return environments.flatMap(({ name, namespace, release, values }) => {
    const files = [declared, ...values.map(flat), "signalbox.yaml"].map((file) => `/work/values/${file}`)
    const request = {
      release,
      namespace,
      chart: chartDirectory,
      values: files,
      kubeVersion: `v${kubernetes}`,
    }
    return [
      tool(`${name}/lint`, [
        ...["helm", "lint", chartDirectory, "--strict", "--color", "never", "--namespace", namespace],
        ...["--kube-version", `v${kubernetes}`, ...files.flatMap((file) => ["--values", file])],
      ]),
      tool(`${name}/template`, ["helm", ...templateArguments(request)]),
      {
        ...tool(`${name}/schema`, [
          ...["kubeconform", "-output", "json", "-summary", "-verbose", "-strict"],
          ...["-schema-location", "/schemas/{{.ResourceKind}}{{.KindSuffix}}.json"],
        ]),
        input: `/out/${name}/template/stdout.txt`,
      },
    ]
  })
}
