import { type Directory, dag } from "@dagger.io/dagger"
import {
  customLocation,
  declaredValuesFile,
  injectedValues,
  injectedValuesFile,
  schemaLocation,
  templateArguments,
} from "../../chart/index.ts"
import { type Digest, sha256 } from "../../domain/index.ts"
import type { PlannedTool } from "../engine/run-plan.ts"
import type { GateContext } from "../gate.ts"
import { type Expected, renderings, repeated } from "./read.ts"
import type { KubeScoreSettings } from "./settings.ts"

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

/** The chart's links; then, for each environment, lint and each rendering, one of them once more; then the chart's definitions. */
export function renderPlan(
  environments: readonly ChartEnvironment[],
  kubernetes: string,
  hasDefinitions: boolean,
): PlannedTool[] {
  const links = { ...tool("links", ["node", "/signalbox/links.ts", chartDirectory]), judged: [0] }
  const [first] = environments
  return [
    links,
    ...environments.flatMap((environment) => renderingsOf(environment, kubernetes)),
    // Those of packed dependencies too: they are the same for every environment.
    ...(hasDefinitions && first !== undefined
      ? [
          tool(definitionsStep, [
            "helm",
            ...templateArguments({ ...requestOf(first, kubernetes), includeCrds: true }),
          ]),
        ]
      : []),
  ]
}

/** The step that renders `crds/`. No environment has this name: it has a dot. */
export const definitionsStep = "definitions.d"

function requestOf({ namespace, release, values }: ChartEnvironment, kubernetes: string) {
  const files = [declared, ...values.map(flat), "signalbox.yaml"].map((file) => `/work/values/${file}`)
  return { release, namespace, chart: chartDirectory, values: files, kubeVersion: `v${kubernetes}` }
}

function renderingsOf(environment: ChartEnvironment, kubernetes: string): PlannedTool[] {
  const { name, namespace } = environment
  const request = requestOf(environment, kubernetes)
  const helm = (isUpgrade: boolean) => ["helm", ...templateArguments({ ...request, isUpgrade })]
  return [
    tool(`${name}/lint`, [
      ...["helm", "lint", chartDirectory, "--strict", "--color", "never", "--namespace", namespace],
      ...["--kube-version", request.kubeVersion, ...request.values.flatMap((file) => ["--values", file])],
    ]),
    ...renderings.map(({ name: rendering, template }) =>
      tool(`${name}/${template}`, helm(rendering === "upgrade")),
    ),
    tool(`${name}/${repeated}`, helm(true)),
  ]
}

/** What was rendered, held against the schemas: Kubernetes' own first, so that no chart redefines what is built in. */
export function schemaPlan(environments: readonly ChartEnvironment[]): PlannedTool[] {
  return environments.flatMap(({ name }) =>
    renderings.map(({ template, schema }) => ({
      ...tool(`${name}/${schema}`, [
        ...["kubeconform", "-output", "json", "-summary", "-verbose", "-strict"],
        ...["-schema-location", `/schemas/${schemaLocation}`],
        ...["-schema-location", `/custom-schemas/${customLocation}`],
      ]),
      input: `/rendered/${name}/${template}/stdout.txt`,
    })),
  )
}

/** What was rendered, graded. Annotations of the chart switch no check off and none on. */
export function scorePlan(
  environments: readonly ChartEnvironment[],
  kubernetes: string,
  { skip }: KubeScoreSettings,
): PlannedTool[] {
  const [major, minor] = kubernetes.split(".")
  const command = [
    ...["kubeScore", "score", "--output-format", "json", "--output-version", "v2", "--color", "never"],
    ...["--disable-ignore-checks-annotations", "--disable-optional-checks-annotations"],
    ...["--kubernetes-version", `v${major}.${minor}`],
    ...skip.flatMap(({ check }) => ["--ignore-test", check]),
    "-",
  ]
  return environments.flatMap(({ name }) =>
    renderings.map(({ template, score }) => ({
      ...tool(`${name}/${score}`, command),
      input: `/rendered/${name}/${template}/stdout.txt`,
    })),
  )
}

function tool(out: string, command: readonly string[]): PlannedTool {
  return { out: `/out/${out}`, judged: [0, 1], command }
}
