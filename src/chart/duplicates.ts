import type { ToolFinding } from "../domain/index.ts"
import { type ManifestObject, objectKey, withoutHooks } from "./manifest.ts"

/**
 * Objects that a chart renders twice under one name: a plan shows one of them, and Helm gets both. Hooks may share a name, one
 * after the other.
 */
export function duplicateFindings(objects: readonly ManifestObject[]): readonly ToolFinding[] {
  const seen = new Map<string, ManifestObject>()
  return withoutHooks(objects).flatMap((object) => {
    const key = objectKey(object)
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, object)
      return []
    }
    const where = first.source === object.source ? "" : `, also from ${first.source ?? "another template"}`
    return [
      {
        rule: "object-duplicate",
        severity: "high" as const,
        message: `${key} is rendered more than once${where}`,
        ...(object.source === null ? {} : { location: { file: object.source } }),
        fix: "render it once, or give one of the two another name",
        subject: key,
      },
    ]
  })
}
