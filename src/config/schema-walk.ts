import type { z } from "zod"
import type { Path } from "./source.ts"

/** The parts of a zod definition that are read here; zod's own types have no union of them. */
interface Definition {
  readonly type: string
  readonly innerType?: z.core.$ZodType
  readonly in?: z.core.$ZodType
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>
  readonly element?: z.core.$ZodType
  readonly valueType?: z.core.$ZodType
  readonly options?: readonly z.core.$ZodType[]
  readonly discriminator?: string
  readonly values?: readonly unknown[]
}

export function definitionOf(schema: z.core.$ZodType): Definition {
  return schema._zod.def as unknown as Definition
}

/** A schema without its defaults, optional and nullable wrappers. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let current = schema
  for (;;) {
    const { innerType, in: input } = definitionOf(current)
    const inner = innerType ?? input
    if (inner === undefined) return current
    current = inner
  }
}

/** All object shapes of a schema: several for a union, narrowed by the discriminators in the value. */
function shapesOf(schema: z.core.$ZodType, value: unknown): readonly Definition[] {
  const definition = definitionOf(unwrap(schema))
  if (definition.shape !== undefined) return [definition]
  if (definition.options === undefined) return []
  const all = definition.options.flatMap((option) => shapesOf(option, value))
  const { discriminator } = definition
  if (discriminator === undefined) return all
  const chosen = memberOf(value, discriminator)
  const narrowed = all.filter((one) => literalsOf(one.shape?.[discriminator]).includes(chosen))
  return narrowed.length > 0 ? narrowed : all
}

/** What a discriminator may be in one member of a union; nothing, where the member takes a mapping without it. */
function literalsOf(schema: z.core.$ZodType | undefined): readonly unknown[] {
  if (schema === undefined) return []
  const values = definitionOf(unwrap(schema)).values ?? []
  return mayBeLeftOut(schema) ? [...values, undefined] : values
}

function mayBeLeftOut(schema: z.core.$ZodType): boolean {
  const { type, innerType } = definitionOf(schema)
  return type === "optional" || type === "default" || (innerType !== undefined && mayBeLeftOut(innerType))
}

function memberOf(value: unknown, key: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Record<string | number, unknown>)[key]
}

/**
 * Keys that are allowed in the mapping at a path of the document; empty where any key is.
 * @param anyKind keys of every kind of mapping, whatever its discriminator is, or without one.
 */
export function allowedKeys(
  schema: z.core.$ZodType,
  value: unknown,
  path: Path,
  anyKind = false,
): readonly string[] {
  const { candidates, current } = walk(schema, value, path)
  const shapes = candidates.flatMap((one) => (anyKind ? allShapes(one) : shapesOf(one, current)))
  return [...new Set(shapes.flatMap(({ shape }) => Object.keys(shape ?? {})))]
}

/** The discriminator that the mapping at a path lacks, and the values that it may have. */
export function missingDiscriminator(
  schema: z.core.$ZodType,
  value: unknown,
  path: Path,
): { readonly key: string; readonly options: readonly string[] } | undefined {
  const { candidates, current } = walk(schema, value, path)
  for (const candidate of candidates) {
    const { discriminator } = definitionOf(unwrap(candidate))
    if (discriminator === undefined || memberOf(current, discriminator) !== undefined) continue
    const options = allShapes(candidate).flatMap(({ shape }) => literalsOf(shape?.[discriminator]))
    return {
      key: discriminator,
      options: [...new Set(options.filter((one) => one !== undefined).map(String))],
    }
  }
  return undefined
}

function allShapes(schema: z.core.$ZodType): readonly Definition[] {
  const definition = definitionOf(unwrap(schema))
  return definition.shape !== undefined ? [definition] : (definition.options ?? []).flatMap(allShapes)
}

function walk(schema: z.core.$ZodType, value: unknown, path: Path) {
  let candidates: readonly z.core.$ZodType[] = [schema]
  let current = value
  for (const step of path) {
    candidates = candidates.flatMap((candidate) => descend(candidate, current, step))
    current = memberOf(current, step)
  }
  return { candidates, current }
}

function descend(schema: z.core.$ZodType, value: unknown, step: string | number): readonly z.core.$ZodType[] {
  const definition = definitionOf(unwrap(schema))
  if (definition.element !== undefined) return [definition.element]
  if (definition.valueType !== undefined) return [definition.valueType]
  return shapesOf(schema, value).flatMap(({ shape }) => shape?.[step] ?? [])
}
