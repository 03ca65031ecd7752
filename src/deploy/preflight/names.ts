import { parseAllDocuments } from "yaml"
import { z } from "zod"
import { type ChartFiles, type ManifestObject, valueOrNull } from "../../chart/index.ts"

/** What a CustomResourceDefinition says of its kind, as far as it is read. */
const definition = z
  .object({
    kind: z.literal("CustomResourceDefinition"),
    spec: z.object({
      group: z.string(),
      names: z.object({ kind: z.string(), plural: z.string().optional(), singular: z.string().optional() }),
    }),
  })
  .transform(({ spec: { group, names } }) => ({ group, ...names }))
export type Definition = z.output<typeof definition>

/** The definitions in a chart's `crds/`. */
export function definitionsIn(chart: ChartFiles): readonly Definition[] {
  return [...chart].flatMap(([path, content]) => {
    if (!/(^|\/)crds\/.+\.(ya?ml|json)$/.test(path)) return []
    const documents = parseAllDocuments(new TextDecoder().decode(content), { logLevel: "error" })
    return documents.flatMap((document) => definitionOf(valueOrNull(document)))
  })
}

/** The definitions among a release's objects. */
export function definitionsAmong(objects: readonly ManifestObject[]): readonly Definition[] {
  return objects.flatMap(({ body }) => definitionOf(body))
}

function definitionOf(value: unknown): readonly Definition[] {
  const read = definition.safeParse(value)
  return read.success ? [read.data] : []
}

/** Whether an object is one of a resource: `ingresses`, `ingress`; with its group, where the API server says that. */
export function isOfResource(
  object: Pick<ManifestObject, "apiVersion" | "kind">,
  resource: string,
  definitions: readonly Definition[],
): boolean {
  const [name = "", ...rest] = resource.split(".")
  const group = object.apiVersion.includes("/") ? object.apiVersion.split("/")[0] : ""
  if (rest.length > 0 && rest.join(".") !== group) return false
  const own = definitions.find((one) => one.group === group && one.kind === object.kind)
  const kind = object.kind.toLowerCase()
  return [own?.singular ?? kind, own?.plural ?? pluralOf(kind)].includes(name)
}

/** The plural that Kubernetes forms: all built-in resources have it, and custom ones that follow the convention. */
function pluralOf(kind: string): string {
  if (kind === "endpoints") return kind
  if (kind.endsWith("s")) return `${kind}es`
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`
}
