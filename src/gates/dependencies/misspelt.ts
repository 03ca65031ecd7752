/** What a reader knows of a value: an object with fields, a list or map whose names are free, or a value that it takes as it is. */
export type Shape = { readonly fields: Readonly<Record<string, Shape>> } | { readonly each: Shape } | "value"

/**
 * A field that Go takes for another one: its readers of JSON and TOML ignore upper and lower case, and of `version` and `Version` one
 * wins, while package managers read `version` alone. Names of packages are no fields, whatever their letters.
 */
export function misspeltField(value: unknown, shape: Shape): string | undefined {
  if (shape === "value" || typeof value !== "object" || value === null) return undefined
  for (const [key, below] of Object.entries(value)) {
    const found = "each" in shape ? misspeltField(below, shape.each) : misspeltIn(key, below, shape.fields)
    if (found !== undefined) return found
  }
  return undefined
}

function misspeltIn(
  key: string,
  below: unknown,
  fields: Readonly<Record<string, Shape>>,
): string | undefined {
  if (Object.hasOwn(fields, key)) return misspeltField(below, fields[key] ?? "value")
  const meant = Object.keys(fields).find((field) => folded(field) === folded(key))
  return meant === undefined
    ? undefined
    : `osv-scanner takes its field ${JSON.stringify(key)} for ${JSON.stringify(meant)}, and what installs by it does not`
}

/** As Go compares: also the long s is an s, and the Kelvin sign a k. */
const folded = (key: string): string => key.toUpperCase().toLowerCase()
