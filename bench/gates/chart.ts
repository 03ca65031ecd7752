import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { parse } from "yaml"
import { z } from "zod"
import { injectedValues, injectedValuesFile } from "../../src/chart/index.ts"
import { sha256 } from "../../src/domain/index.ts"

/** An environment, as far as a script needs it that renders the chart for it. */
export interface EnvironmentFiles {
  readonly name: string
  readonly namespace: string
  readonly release: string
  /** Values files, later ones win. */
  readonly values: readonly string[]
}

const configuration = z.object({
  project: z.string(),
  registry: z.string(),
  components: z.record(z.string(), z.unknown()),
  chart: z.object({ path: z.string(), values: z.string() }),
  environments: z.array(z.string()),
})
const environment = z.object({ namespace: z.string(), release: z.string(), values: z.string() })

/** What `signalbox.yaml` and `environments/` say of the chart. */
export interface ExampleChart {
  readonly path: string
  readonly environments: readonly EnvironmentFiles[]
  /** What a deployment sets over all values: the images by digest. Any well-formed ones do. */
  readonly images: string
}

/** @param images the values file that `images` will be written to. */
export async function exampleChart(tree: string, images: string): Promise<ExampleChart> {
  const read = async (path: string): Promise<unknown> => parse(await readFile(join(tree, path), "utf8"))
  const { project, registry, components, chart, environments } = configuration.parse(
    await read("signalbox.yaml"),
  )
  const built = Object.keys(components).map((component) => ({
    component,
    repository: `${registry}/${project}/${component}`,
    digest: sha256(component),
  }))
  return {
    path: chart.path,
    environments: await Promise.all(
      environments.map(async (name) => {
        const { namespace, release, values } = environment.parse(
          await read(join("environments", `${name}.yaml`)),
        )
        return { name, namespace, release, values: [chart.values, values, images] }
      }),
    ),
    images: injectedValuesFile(injectedValues("0.0.0", built)),
  }
}
