import { type Directory, dag } from "@dagger.io/dagger"
import {
  injectedValues,
  injectedValuesFile,
  KnownSecrets,
  parseValues,
  scanValues,
  secretsIn,
  templateArguments,
} from "../chart/index.ts"
import { asSignalboxError, type Finding, SignalboxError, sha256 } from "../domain/index.ts"
import {
  findSchemas,
  kubernetesSchemas,
  nodeWith,
  program,
  toolIdentity,
  whyFailed,
} from "../toolbox/index.ts"
import type { Gate, GateContext } from "./context.ts"
import { settle, toolTimeout } from "./exec.ts"
import { type ChartPart, judgeChart, keptReports, together } from "./judge/charts.ts"
import { unjudged } from "./judgement.ts"
import type { ChartPlace } from "./readers/helm.ts"
import type { PlannedTool } from "./run-plan.ts"

const chartDirectory = "chart"

/** The chart with each environment's values: helm lint, helm template, schemas of Kubernetes, our policy. */
export const charts: Gate = {
  name: "charts",
  async run(context) {
    const tools = (["helm", "kubeconform"] as const).map((name) => toolIdentity(context.toolbox, name))
    const schemas = findSchemas(context.toolbox)
    const environments = await valuesOfEnvironments(context)
    const container = nodeWith(context.toolbox, ["helm", "kubeconform"])
      .withFile("/signalbox/run-tool.ts", program("src/gates/run-tool.ts"))
      .withFile("/signalbox/run-plan.ts", program("src/gates/run-plan.ts"))
      .withMountedDirectory("/schemas", kubernetesSchemas(context.toolbox))
      .withDirectory(`/work/${chartDirectory}`, context.chart())
      .withDirectory("/work/values", valuesDirectory(context, environments))
      .withNewFile("/plan.json", JSON.stringify(plan(environments, schemas.version)))
      .withWorkdir("/work")
      .withExec(["node", "/signalbox/run-plan.ts", "/plan.json"])
    const ran = await settle(container, [])
    const { findings, secrets } = await judgeValues(context, environments)
    if (!ran.ran) return { judgement: unjudged(secrets.hide(ran.why), tools), raw: dag.directory() }
    const place = { path: context.config.chart.path ?? "charts/signalbox-app" }
    const parts = await Promise.all(environments.map((one) => judgeEnvironment(ran.out, one, place, secrets)))
    const judgement = together(parts, findings)
    // What the tools wrote leaves the engine without what was rendered into a Secret.
    const raw = Object.entries(judgement.reports).reduce(
      (all, [path, text]) => all.withNewFile(path, text),
      dag.directory(),
    )
    return { judgement: { ...judgement, tools }, raw }
  },
}

interface Environment {
  readonly name: string
  readonly namespace: string
  readonly release: string
  /** Values files of the source tree, later ones win. */
  readonly values: readonly string[]
}

function valuesOfEnvironments(context: GateContext): Promise<Environment[]> {
  const { environments, chart } = context.config
  return Promise.all(
    environments.map(async (name) => {
      const { namespace, release, values } = await context.environment(name)
      return { name, namespace, release, values: [chart.values, values].filter((file) => file !== null) }
    }),
  )
}

/** All values files under flat names, and the ones that a deployment adds. */
function valuesDirectory(context: GateContext, environments: readonly Environment[]): Directory {
  const { project, registry, components } = context.config
  // A gate does not wait for a build: any well-formed digest shows whether the chart puts it where it belongs.
  const images = Object.keys(components).map((component) => ({
    component,
    repository: `${registry}/${project}/${component}`,
    digest: sha256(component),
  }))
  const files = [...new Set(environments.flatMap(({ values }) => values))]
  return files.reduce(
    (directory, file) => directory.withFile(flat(file), context.source.file(file)),
    dag.directory().withNewFile("signalbox.yaml", injectedValuesFile(injectedValues("0.0.0", images))),
  )
}

/** Another name for another path, and never that of the values that a deployment adds. */
function flat(file: string): string {
  return `values-${encodeURIComponent(file)}`
}

function plan(environments: readonly Environment[], kubernetes: string): PlannedTool[] {
  const tool = (out: string, command: readonly string[]) => ({
    out: `/out/${out}`,
    judged: [0, 1],
    seconds: toolTimeout,
    command,
  })
  return environments.flatMap(({ name, namespace, release, values }) => {
    const files = [...values.map(flat), "signalbox.yaml"].map((file) => `/work/values/${file}`)
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

async function judgeEnvironment(
  out: Directory,
  { name }: Environment,
  place: ChartPlace,
  secrets: KnownSecrets,
): Promise<ChartPart> {
  const read = async (path: string) => [path, await out.file(path).contents()] as const
  const reports = Object.fromEntries(
    await Promise.all(
      ["lint", "template", "schema"].flatMap((step) =>
        ["stdout.txt", "stderr.txt", "run.json"].map((file) => read(`${name}/${step}/${file}`)),
      ),
    ),
  )
  const kept = keptReports(name, reports, secrets)
  try {
    return { environment: name, errors: [], reports: kept, ...judgeChart(name, reports, place, secrets) }
  } catch (thrown) {
    return {
      environment: name,
      findings: [],
      errors: [secrets.hide(`${name}: ${asSignalboxError(thrown).message}`)],
      objects: 0,
      reports: kept,
    }
  }
}

/** What is wrong with the values, and what in them is secret: tools quote it. */
async function judgeValues(
  context: GateContext,
  environments: readonly Environment[],
): Promise<{ readonly findings: readonly Finding[]; readonly secrets: KnownSecrets }> {
  const secrets = new KnownSecrets()
  const files = [...new Set(environments.flatMap(({ values }) => values))]
  const all = await Promise.all(
    files.map(async (file) => {
      try {
        const values = parseValues(await context.source.file(file).contents(), file)
        secrets.learn(secretsIn([{ kind: "values", body: { values } }]))
        return scanValues(values, file)
      } catch (thrown) {
        // helm has read the same file and says what is wrong with it.
        const why = thrown instanceof SignalboxError ? thrown.detail.why : whyFailed(thrown)
        return [unreadableValues(file, why ?? "it cannot be read")]
      }
    }),
  )
  return { findings: all.flat(), secrets }
}

function unreadableValues(file: string, why: string): Finding {
  return {
    gate: "charts",
    rule: "values-unreadable",
    severity: "high",
    message: why,
    location: { file },
    subject: file,
  }
}
