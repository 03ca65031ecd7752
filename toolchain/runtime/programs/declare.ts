import {
  FunctionCachePolicy,
  TypeDefKind,
} from "../../../node_modules/@dagger.io/dagger/dist/src/api/client.gen.js"
import type { DaggerModule } from "../../../node_modules/@dagger.io/dagger/dist/src/module/introspector/dagger_module/index.js"
import { chain, field, type IdOf } from "./batch.ts"

/** What of a scan the engine is told. */
export type Declared = Pick<DaggerModule, "description" | "objects" | "enums" | "interfaces">
type ObjectType = Declared["objects"][string]
type EnumType = Declared["enums"][string]
type InterfaceType = Declared["interfaces"][string]
type Callable = ObjectType["methods"][string] | InterfaceType["functions"][string]
type Argument = Callable["arguments"][string]

/** A type as the scanner writes it: `typeDef` in lists, `name` in all that is declared somewhere. */
interface TypeShape {
  readonly kind: TypeDefKind
  readonly name?: string
  readonly typeDef?: TypeShape
}

interface Placed {
  getLocation(): { readonly filepath: string; readonly line: number; readonly column: number }
}

/** The chain that makes the whole module; step by step what the official `Register` does. */
export function declareModule(module: Declared, id: IdOf): string {
  const fields = ["module"]
  if (module.description) fields.push(field("withDescription", { description: module.description }))
  for (const type of Object.values(module.objects))
    fields.push(field("withObject", { object: id(declareObject(module, type, id)) }))
  for (const type of Object.values(module.enums))
    fields.push(field("withEnum", { enum: id(declareEnum(type, id)) }))
  for (const type of Object.values(module.interfaces))
    fields.push(field("withInterface", { iface: id(declareInterface(module, type, id)) }))
  return chain(fields)
}

function declareObject(module: Declared, type: ObjectType, id: IdOf): string {
  const { name, description, deprecated } = type
  const fields = [
    "typeDef",
    field("withObject", { name, description, deprecated, sourceMap: place(type, id) }),
  ]
  for (const method of Object.values(type.methods))
    fields.push(field("withFunction", { function: id(declareFunction(module, method, id)) }))
  for (const property of Object.values(type.properties).filter((each) => each.isExposed))
    fields.push(
      field("withField", {
        name: property.alias ?? property.name,
        typeDef: id(declareType(property.type, false, id)),
        description: property.description,
        sourceMap: place(property, id),
        deprecated: property.deprecated,
      }),
    )
  if (!type._constructor) return chain(fields)
  // A constructor returns the object, as it is without it.
  const args = Object.values(type._constructor.arguments).map((argument) =>
    declareArgument(module, argument, id),
  )
  const maker = chain([field("function", { name: "", returnType: id(chain(fields)) }), ...args])
  return chain([...fields, field("withConstructor", { function: id(maker) })])
}

function declareEnum(type: EnumType, id: IdOf): string {
  const { name, description } = type
  const members = Object.values(type.values).map((member) =>
    field("withEnumMember", {
      name: member.name,
      value: member.value,
      description: member.description,
      sourceMap: place(member, id),
      deprecated: member.deprecated,
    }),
  )
  return chain(["typeDef", field("withEnum", { name, description, sourceMap: place(type, id) }), ...members])
}

function declareInterface(module: Declared, type: InterfaceType, id: IdOf): string {
  const { name, description } = type
  const functions = Object.values(type.functions).map((each) =>
    field("withFunction", { function: id(declareFunction(module, each, id)) }),
  )
  return chain(["typeDef", field("withInterface", { name, description }), ...functions])
}

function declareFunction(module: Declared, callable: Callable, id: IdOf): string {
  const returnType = id(declareType(callable.returnType, false, id))
  const fields = [
    field("function", { name: callable.alias ?? callable.name, returnType }),
    field("withDescription", { description: callable.description }),
    field("withSourceMap", { sourceMap: place(callable, id) }),
    ...Object.values(callable.arguments).map((argument) => declareArgument(module, argument, id)),
  ]
  const policy = cachePolicy(callable.cache)
  if (policy) fields.push(policy)
  if (callable.deprecated !== undefined) fields.push(field("withDeprecated", { reason: callable.deprecated }))
  if ("isCheck" in callable && callable.isCheck) fields.push("withCheck")
  if ("isGenerator" in callable && callable.isGenerator) fields.push("withGenerator")
  if ("isUp" in callable && callable.isUp) fields.push("withUp")
  return chain(fields)
}

function cachePolicy(cache: string | undefined): string | undefined {
  if (cache === "") return undefined
  if (cache === "never") return field("withCachePolicy", { policy: { member: FunctionCachePolicy.Never } })
  if (cache === "session")
    return field("withCachePolicy", { policy: { member: FunctionCachePolicy.PerSession } })
  return field("withCachePolicy", { policy: { member: FunctionCachePolicy.Default }, timeToLive: cache })
}

function declareArgument(module: Declared, argument: Argument, id: IdOf): string {
  const { name, description, deprecated, defaultValue, defaultPath, defaultAddress, ignore } = argument
  if ([defaultValue, defaultPath, defaultAddress].filter((value) => value).length > 1)
    throw new Error(`argument ${name}: cannot set multiple defaults`)
  const value = defaultValue === undefined ? undefined : registeredDefault(module, argument)
  // A default that only the function itself can compute.
  const optional = argument.isOptional || (defaultValue !== undefined && value === undefined)
  return field("withArg", {
    name,
    typeDef: id(declareType(argument.type, optional, id)),
    description,
    sourceMap: place(argument, id),
    deprecated,
    defaultValue: value === undefined ? undefined : JSON.stringify(value),
    defaultPath: defaultPath || undefined,
    defaultAddress: defaultAddress || undefined,
    ignore,
  })
}

const primitives: readonly (TypeDefKind | undefined)[] = [
  TypeDefKind.BooleanKind,
  TypeDefKind.IntegerKind,
  TypeDefKind.StringKind,
  TypeDefKind.FloatKind,
  TypeDefKind.EnumKind,
]

/** A default value that the engine can keep: a primitive one, or the name of the enum's member that has it. */
function registeredDefault({ enums }: Declared, { type, defaultValue }: Argument): unknown {
  const { kind, name = "" } = (type ?? {}) as Partial<TypeShape>
  if (!primitives.includes(kind)) return undefined
  const own = kind === TypeDefKind.EnumKind ? enums[name] : undefined
  if (!own) return defaultValue
  const member = Object.entries(own.values).find(([, { value }]) => value === defaultValue)
  if (!member) throw new Error(`could not resolve default value '${defaultValue}' for enum ${name}`)
  return member[0]
}

function declareType(type: unknown, optional: boolean, id: IdOf): string {
  const shape = type as TypeShape
  const fields = ["typeDef", declaration(shape, id)]
  if (optional || shape.kind === TypeDefKind.VoidKind) fields.push(field("withOptional", { optional: true }))
  return chain(fields)
}

function declaration({ kind, name, typeDef }: TypeShape, id: IdOf): string {
  switch (kind) {
    case TypeDefKind.ListKind:
      return field("withListOf", { elementType: id(declareType(typeDef, false, id)) })
    case TypeDefKind.ObjectKind:
      return field("withObject", { name })
    case TypeDefKind.EnumKind:
      return field("withEnum", { name })
    case TypeDefKind.InterfaceKind:
      return field("withInterface", { name })
    case TypeDefKind.ScalarKind:
      return field("withScalar", { name })
    default:
      return field("withKind", { kind: { member: kind } })
  }
}

function place(declared: Placed, id: IdOf): string {
  const { filepath, line, column } = declared.getLocation()
  return id(chain([field("sourceMap", { filename: filepath, line, column })]))
}
