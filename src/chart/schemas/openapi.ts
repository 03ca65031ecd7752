/** A schema as OpenAPI 2 and 3 and CustomResourceDefinitions write it: the part that Kubernetes uses. */
export interface OpenApiSchema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly nullable?: boolean
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly properties?: Readonly<Record<string, OpenApiSchema>>
  readonly required?: readonly string[]
  readonly items?: OpenApiSchema
  readonly additionalProperties?: OpenApiSchema | boolean
  readonly allOf?: readonly OpenApiSchema[]
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean
  readonly "x-kubernetes-int-or-string"?: boolean
  readonly "x-kubernetes-embedded-resource"?: boolean
  readonly "x-kubernetes-group-version-kind"?: readonly GroupVersionKind[]
}

export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

export type JsonSchema = Readonly<Record<string, unknown>>
export type Definitions = Readonly<Record<string, OpenApiSchema>>

const prefixes = ["#/definitions/", "#/components/schemas/"]
/** Kinds that every group repeats for its own use; no manifest holds them. */
const protocolKinds = new Set(["DeleteOptions", "WatchEvent", "Status", "APIGroup", "APIResourceList"])
/** Rules for single values that JSON Schema and OpenAPI have in common. */
const valueRules = [
  "pattern",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
] as const

/**
 * One strict JSON schema per kind, by file name as kubeconform asks for it: `deployment-apps-v1.json`,
 * `service-v1.json`. Strict means that a field which the API does not know is an error. Each file is complete: what it
 * refers to is inside.
 */
export function schemasOf(definitions: Definitions): ReadonlyMap<string, JsonSchema> {
  const files = new Map<string, JsonSchema>()
  for (const schema of Object.values(definitions))
    for (const identity of schema["x-kubernetes-group-version-kind"] ?? [])
      if (!protocolKinds.has(identity.kind))
        files.set(fileName(identity), strictSchema(schema, identity, definitions))
  return files
}

/** kubeconform takes the first label of the group: `networking.k8s.io` becomes `networking`. */
function fileName({ group, version, kind }: GroupVersionKind): string {
  return `${[kind, group.split(".")[0], version].filter(Boolean).join("-").toLowerCase()}.json`
}

/** The schema of one kind, with everything that it refers to. */
export function strictSchema(
  root: OpenApiSchema,
  { group, version, kind }: GroupVersionKind,
  definitions: Definitions,
): JsonSchema {
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
function reachableFrom(definitions: Definitions, start: OpenApiSchema): ReadonlySet<string> {
  const found = new Set<string>()
  const visit = (schema: OpenApiSchema): void => {
    const name = referenceOf(schema)
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

/** The definition that a schema is; version 3 wraps it, to add a default and a description. */
function referenceOf({ $ref, allOf = [] }: OpenApiSchema): string | undefined {
  const reference = $ref ?? (allOf.length === 1 ? allOf[0]?.$ref : undefined)
  const prefix = prefixes.find((one) => reference?.startsWith(one))
  return prefix === undefined ? undefined : reference?.slice(prefix.length)
}

function definitionOf(name: string, schema: OpenApiSchema): JsonSchema {
  // OpenAPI calls it a string; the API takes numbers too.
  if (name.endsWith(".api.resource.Quantity")) return { type: ["string", "number", "null"] }
  if (name.endsWith(".util.intstr.IntOrString")) return { type: ["string", "integer", "null"] }
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
  const own = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name,
    fixed[name] === undefined ? valueSchema(property, !required.includes(name)) : { enum: [fixed[name]] },
  ])
  return {
    type,
    ...(required.length > 0 ? { required } : {}),
    properties: {
      ...(schema["x-kubernetes-embedded-resource"] ? ofEveryObject : {}),
      ...Object.fromEntries(own),
    },
    ...(isOpen(schema) ? {} : { additionalProperties: false }),
  }
}

const ofEveryObject = {
  apiVersion: { type: "string" },
  kind: { type: "string" },
  metadata: { type: "object" },
}

function isOpen(schema: OpenApiSchema): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties !== undefined
}

function valueSchema(schema: OpenApiSchema, optional: boolean): JsonSchema {
  const reference = referenceOf(schema)
  if (reference !== undefined) return { $ref: `${prefixes[0]}${reference}` }
  const nullable = optional || schema.nullable === true
  if (schema.properties) return objectSchema(schema, nullable ? ["object", "null"] : "object")
  const { additionalProperties, items } = schema
  const rules = valueRules.filter((rule) => Object.hasOwn(schema, rule))
  return {
    ...typeOf(schema, nullable),
    ...Object.fromEntries(rules.map((rule) => [rule, (schema as Readonly<Record<string, unknown>>)[rule]])),
    ...(schema.enum ? { enum: nullable ? [...schema.enum, null] : schema.enum } : {}),
    ...(schema.format === "date-time" ? { format: schema.format } : {}),
    ...(items ? { items: valueSchema(items, false) } : {}),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: valueSchema(additionalProperties, true) }
      : {}),
  }
}

function typeOf(schema: OpenApiSchema, nullable: boolean): JsonSchema {
  const isEither = schema.format === "int-or-string" || schema["x-kubernetes-int-or-string"] === true
  if (schema.type === undefined && !isEither) return {}
  const types = isEither ? ["string", "integer"] : [schema.type]
  if (nullable) types.push("null")
  return { type: types.length === 1 ? types[0] : types }
}
