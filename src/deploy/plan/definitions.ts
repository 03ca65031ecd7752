import { parseAllDocuments } from "yaml"
import { type ChartFiles, valueOrNull } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"
import type { ClusterApi } from "../cluster/index.ts"

/** A CustomResourceDefinition of a chart's own `crds/`. */
interface Definition {
  readonly name: string
  readonly spec: unknown
}

/**
 * What an upgrade does not do with a chart's `crds/`: Helm installs them with the first release and leaves them alone
 * from then on. Names those that are missing or differ in the cluster, and says so where that cannot be read.
 */
export async function definitionWarnings(
  api: Pick<ClusterApi, "get">,
  chart: ChartFiles,
): Promise<readonly string[]> {
  const all = await Promise.all(
    definitionsOf(chart).map(async ({ name, spec }): Promise<readonly string[]> => {
      const live = await liveSpec(api, name)
      if (live === "unknown")
        return [
          `${name} of the chart's crds/ could not be compared with the cluster's (this account may not read it): ${untouched}`,
        ]
      if (live === null) return [`${name} of the chart's crds/ is not in the cluster: ${untouched}`]
      return isWithin(spec, live.spec)
        ? []
        : [`${name} of the chart's crds/ differs from the cluster's: ${untouched}`]
    }),
  )
  return all.flat()
}

const untouched = "Helm installs crds/ with the first release only; apply it yourself before this upgrade"

async function liveSpec(api: Pick<ClusterApi, "get">, name: string): Promise<Definition | "unknown" | null> {
  try {
    const object = await api.get(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`)
    return object === null ? null : { name, spec: object.spec }
  } catch (error) {
    // An account of one namespace may not read what belongs to the cluster.
    if (!(error instanceof SignalboxError) || error.code !== "CLUSTER_REFUSED") throw error
    return "unknown"
  }
}

function definitionsOf(chart: ChartFiles): readonly Definition[] {
  return [...chart].flatMap(([path, content]) => {
    if (!/(^|\/)crds\/.+\.(ya?ml|json)$/.test(path)) return []
    const documents = parseAllDocuments(new TextDecoder().decode(content), { logLevel: "error" })
    return documents.flatMap((document) => {
      const value = valueOrNull(document) as {
        kind?: unknown
        metadata?: { name?: unknown }
        spec?: unknown
      } | null
      const name = value?.metadata?.name
      return value?.kind === "CustomResourceDefinition" && typeof name === "string"
        ? [{ name, spec: value.spec }]
        : []
    })
  })
}

/** Whether the cluster has all that the chart says; the API server adds defaults. */
function isWithin(wanted: unknown, live: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(live) &&
      wanted.length === live.length &&
      wanted.every((one, index) => isWithin(one, live[index]))
    )
  if (typeof wanted !== "object" || wanted === null) return wanted === live
  if (typeof live !== "object" || live === null) return false
  return Object.entries(wanted).every(([key, value]) => isWithin(value, Reflect.get(live, key)))
}
