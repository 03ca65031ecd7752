import type { ToolFinding } from "../domain/index.ts"
import { type ManifestObject, objectKey } from "./manifest.ts"

/** A large number as Go writes one that it reads as a floating-point number: 10485760 becomes 1.048576e+07. */
const exponent = /(?<![\w.+-])-?\d(?:\.\d+)?e\+\d{2,}(?![\w.])/

/**
 * Numbers in texts that changed their form between values and manifest. Helm reads every number of a values file as a
 * floating-point number, and a program that reads an integer takes 1.048576e+07 for 1.
 */
export function numberFindings(objects: readonly ManifestObject[]): readonly ToolFinding[] {
  return objects.flatMap((object) => {
    const key = objectKey(object)
    return scalars(object.body).flatMap(({ path, value }) => {
      const written = typeof value === "string" ? exponent.exec(value)?.[0] : undefined
      if (written === undefined) return []
      const place = path.join(".")
      return [
        {
          rule: "number-form",
          severity: "high" as const,
          message: `${key}: ${place} is written as ${written}`,
          ...(object.source === null ? {} : { location: { file: object.source } }),
          fix: 'put the number in quotes in the values file, or render it with {{ printf "%.0f" }} or {{ int64 }}',
          subject: `${key}:${place}`,
        },
      ]
    })
  })
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
