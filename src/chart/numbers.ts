import type { ToolFinding } from "../domain/index.ts"
import { type ManifestObject, objectKey } from "./manifest.ts"

/** A large number as Go writes one that it reads as a floating-point number: 10485760 becomes 1.048576e+07. */
const exponent = /(?<![\w.+-])-?\d(?:\.\d+)?e\+\d{2,}(?![\w.])/

/**
 * Numbers in texts that changed their form between values and manifest, and integers that cannot be compared. Helm reads
 * every number of a values file as a floating-point number, and a program that reads an integer takes 1.048576e+07 for 1.
 * Beyond 2^53 two integers are one such number: a plan would call a change of them none.
 */
export function numberFindings(objects: readonly ManifestObject[]): readonly ToolFinding[] {
  return objects.flatMap((object) => {
    const key = objectKey(object)
    return scalars(object.body).flatMap(({ path, value }) => {
      const found = changedForm(value) ?? imprecise(value)
      if (found === undefined) return []
      const place = path.join(".")
      return [
        {
          rule: found.rule,
          severity: "high" as const,
          message: `${key}: ${place} is ${found.what}`,
          ...(object.source === null ? {} : { location: { file: object.source } }),
          fix: found.fix,
          subject: `${key}:${place}`,
        },
      ]
    })
  })
}

interface Found {
  readonly rule: string
  readonly what: string
  readonly fix: string
}

function changedForm(value: unknown): Found | undefined {
  const written = typeof value === "string" ? exponent.exec(value)?.[0] : undefined
  if (written === undefined) return undefined
  const fix =
    'put the number in quotes in the values file, or render it with {{ printf "%.0f" }} or {{ int64 }}'
  return { rule: "number-form", what: `written as ${written}`, fix }
}

function imprecise(value: unknown): Found | undefined {
  if (typeof value !== "number" || !Number.isInteger(value) || Number.isSafeInteger(value)) return undefined
  const what = `an integer beyond ${Number.MAX_SAFE_INTEGER}: neither a plan nor Helm's values can tell it from its neighbours`
  return { rule: "number-imprecise", what, fix: "put it in quotes, or choose a smaller one" }
}

/** Values with their path: `env` entries and other named items by name. */
function scalars(
  value: unknown,
  path: readonly string[] = [],
): readonly { readonly path: readonly string[]; readonly value: unknown }[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => scalars(item, [...path, nameOf(item) ?? String(index)]))
  if (typeof value !== "object" || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([key, item]) => scalars(item, [...path, key]))
}

function nameOf(item: unknown): string | undefined {
  const name: unknown = typeof item === "object" && item !== null ? Reflect.get(item, "name") : undefined
  return typeof name === "string" ? name : undefined
}
