import { z } from "zod"
import type { ManifestObject } from "../manifest.ts"
import { type GroupVersionKind, type JsonSchema, type OpenApiSchema, strictSchema } from "./openapi.ts"

const definition = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(
      z.object({
        name: z.string(),
        schema: z
          .object({ openAPIV3Schema: z.custom<OpenApiSchema>((value) => isMapping(value)) })
          .optional(),
      }),
    ),
  }),
})

const isMapping = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Where kubeconform looks for the schemas of custom resources below a directory: by the whole group. */
export const customLocation = "{{.ResourceKind}}_{{.Group}}_{{.ResourceAPIVersion}}.json"

/**
 * The schemas of custom resources, from the CustomResourceDefinitions among some objects, by file name. A version without
 * a schema has none: objects of it count as not checked.
 */
export function customSchemas(objects: readonly ManifestObject[]): ReadonlyMap<string, JsonSchema> {
  const files = new Map<string, JsonSchema>()
  for (const { kind, body } of objects) {
    const read = kind === "CustomResourceDefinition" ? definition.safeParse(body) : undefined
    if (read === undefined || !read.success) continue
    const { group, names, versions } = read.data.spec
    for (const { name: version, schema } of versions) {
      if (schema === undefined) continue
      const identity = { group, version, kind: names.kind }
      files.set(customName(identity), strictSchema(asObject(schema.openAPIV3Schema), identity, {}))
    }
  }
  return files
}

function customName({ group, version, kind }: GroupVersionKind): string {
  return `${kind.toLowerCase()}_${group}_${version}.json`
}

/** What every object has, the definition need not say. */
function asObject(schema: OpenApiSchema): OpenApiSchema {
  const properties = { apiVersion: {}, kind: {}, metadata: { type: "object" }, ...schema.properties }
  return { ...schema, properties, required: [...new Set(["apiVersion", "kind", ...(schema.required ?? [])])] }
}
