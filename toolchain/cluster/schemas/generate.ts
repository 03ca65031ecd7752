/** A schema as OpenAPI version 2 writes it: the part of JSON Schema that Kubernetes uses. */
export interface OpenApiSchema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, OpenApiSchema>>
  readonly required?: readonly string[]
  readonly items?: OpenApiSchema
  readonly additionalProperties?: OpenApiSchema | boolean
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean
  readonly "x-kubernetes-group-version-kind"?: readonly GroupVersionKind[]
}

export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

export interface OpenApi {
  readonly definitions: Readonly<Record<string, OpenApiSchema>>
}

type JsonSchema = Readonly<Record<string, unknown>>

const definitionPrefix = "#/definitions/"
/** Kinds that every group repeats for its own use; no manifest holds them. */
const protocolKinds = new Set(["DeleteOptions", "WatchEvent", "Status", "APIGroup", "APIResourceList"])

/**
 * One strict JSON schema per kind, by file name as kubeconform asks for it: `deployment-apps-v1.json`,
 * `service-v1.json`. Strict means that a field which the API does not know is an error. Each file is complete:
 * what it refers to is inside.
 */
export function schemasOf({ definitions }: OpenApi): ReadonlyMap<string, JsonSchema> {
  const files = new Map<string, JsonSchema>()
  for (const [name, schema] of Object.entries(definitions)) {
    for (const identity of schema["x-kubernetes-group-version-kind"] ?? []) {
      if (!protocolKinds.has(identity.kind))
        files.set(fileName(identity), fileOf(definitions, name, identity))
    }
  }
  return files
}

/** kubeconform takes the first label of the group: `networking.k8s.io` becomes `networking`. */
export function fileName({ group, version, kind }: GroupVersionKind): string {
  const label = group.split(".")[0]
  return `${[kind, label, version].filter(Boolean).join("-").toLowerCase()}.json`
}

function fileOf(
  definitions: OpenApi["definitions"],
  name: string,
  { group, version, kind }: GroupVersionKind,
): JsonSchema {
  const root = definitions[name] ?? {}
  const reached = [...reachableFrom(definitions, root)].sort()
  const identity = { apiVersion: [group, version].filter(Boolean).join("/"), kind }
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...objectSchema(root, "object", identity),
    definitions: Object.fromEntries(
      reached.map((each) => [each, definitionOf(each, definitions[each] ?? {})]),
    ),
  }
}

/** Names of the definitions that a schema leads to. */
function reachableFrom(definitions: OpenApi["definitions"], start: OpenApiSchema): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (schema: OpenApiSchema): void => {
    const name = schema.$ref?.slice(definitionPrefix.length)
    if (name !== undefined && !found.has(name)) {
      found.add(name)
      visit(definitions[name] ?? {})
    }
    for (const property of Object.values(schema.properties ?? {})) visit(property)
    if (schema.items) visit(schema.items)
    if (typeof schema.additionalProperties === "object") visit(schema.additionalProperties)
  }
  visit(start)
  return found
}

function definitionOf(name: string, schema: OpenApiSchema): JsonSchema {
  // OpenAPI calls it a string; the API takes numbers too.
  if (name.endsWith(".api.resource.Quantity")) return { type: ["string", "number", "null"] }
  // The API reads null where an object may be as nothing, as clients write it: `creationTimestamp: null`.
  return schema.properties ? objectSchema(schema, ["object", "null"]) : valueSchema(schema, true)
}

/** @param fixed properties that have one value in this file */
function objectSchema(
  schema: OpenApiSchema,
  type: string | readonly string[],
  fixed: Readonly<Record<string, string>> = {},
): JsonSchema {
  const required = schema.required ?? []
  const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    fixed[name] === undefined ? valueSchema(property, !required.includes(name)) : { enum: [fixed[name]] },
  ])
  return {
    type,
    ...(required.length > 0 ? { required } : {}),
    properties: Object.fromEntries(properties),
    ...(isOpen(schema) ? {} : { additionalProperties: false }),
  }
}

function isOpen(schema: OpenApiSchema): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties !== undefined
}

function valueSchema(schema: OpenApiSchema, nullable: boolean): JsonSchema {
  if (schema.$ref) return { $ref: schema.$ref }
  if (schema.properties) return objectSchema(schema, nullable ? ["object", "null"] : "object")
  const { additionalProperties, items } = schema
  return {
    ...typeOf(schema, nullable),
    ...(schema.enum ? { enum: nullable ? [...schema.enum, null] : schema.enum } : {}),
    ...(schema.format === "date-time" ? { format: schema.format } : {}),
    ...(items ? { items: valueSchema(items, false) } : {}),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: valueSchema(additionalProperties, true) }
      : {}),
  }
}

function typeOf({ type, format }: OpenApiSchema, nullable: boolean): JsonSchema {
  if (type === undefined) return {}
  const types = format === "int-or-string" ? ["string", "integer"] : [type]
  if (nullable) types.push("null")
  return { type: types.length === 1 ? types[0] : types }
}
