import type { z } from "zod"
import type { Path } from "./source.ts"

/** The parts of a zod definition that we look into; zod's own types do not name them in one union. */
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

/** All object shapes that may stand at a schema: several for a union, narrowed by the discriminators in the value. */
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

function literalsOf(schema: z.core.$ZodType | undefined): readonly unknown[] {
  return schema === undefined ? [] : (definitionOf(unwrap(schema)).values ?? [])
}

function memberOf(value: unknown, key: string | number): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Record<string | number, unknown>)[key]
}

/** Keys that are allowed in the mapping at a path of the document; empty where any key is. */
export function allowedKeys(schema: z.core.$ZodType, value: unknown, path: Path): readonly string[] {
  let candidates: readonly z.core.$ZodType[] = [schema]
  let current = value
  for (const step of path) {
    candidates = candidates.flatMap((candidate) => descend(candidate, current, step))
    current = memberOf(current, step)
  }
  const keys = candidates.flatMap((candidate) =>
    shapesOf(candidate, current).flatMap(({ shape }) => Object.keys(shape ?? {})),
  )
  return [...new Set(keys)]
}

function descend(schema: z.core.$ZodType, value: unknown, step: string | number): readonly z.core.$ZodType[] {
  const definition = definitionOf(unwrap(schema))
  if (definition.element !== undefined) return [definition.element]
  if (definition.valueType !== undefined) return [definition.valueType]
  return shapesOf(schema, value).flatMap(({ shape }) => shape?.[step] ?? [])
}
