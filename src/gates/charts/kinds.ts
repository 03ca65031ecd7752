import { customSchemas, type ManifestObject, type ObjectKind, parseManifests } from "../../chart/index.ts"
import { SignalboxError } from "../../domain/index.ts"

/** The kinds of objects in rendered texts, and the schemas of custom resources that they define. */
export function kindsIn(texts: readonly string[]): {
  readonly kinds: readonly ObjectKind[]
  readonly custom: ReadonlyMap<string, object>
} {
  const objects = texts.flatMap(objectsIn)
  const kinds = new Map(
    objects.map(({ apiVersion, kind }) => [`${apiVersion} ${kind}`, { apiVersion, kind }]),
  )
  // Sorted: the order in which templates are rendered is no other input.
  const sorted = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind)
  return { kinds: sorted, custom: customSchemas(objects) }
}

/** What cannot be read is told when it is judged: here it only leaves its kinds without schemas. */
function objectsIn(text: string): readonly ManifestObject[] {
  try {
    return parseManifests(text)
  } catch (error) {
    if (!(error instanceof SignalboxError)) throw error
    return []
  }
}

/** The manifests among the texts that helm wrote. */
export function renderedTexts(reports: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(reports).flatMap(([path, text]) =>
    path.endsWith("/stdout.txt") && !path.endsWith("/lint/stdout.txt") ? [text] : [],
  )
}
