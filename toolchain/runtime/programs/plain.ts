/**
 * The scanner's result as JSON and back. Everything that registering and calling read from it is plain data on
 * instances, but for locations, which are computed from the syntax tree: they are computed here, before it goes.
 */
// Only of the scanner's own classes: a record of arguments may well have one named "node".
const treeOnly = new Set(["ast", "node", "__node", "symbol", "signature", "userModule", "references"])

/** Classes that the executor tells apart with `instanceof`. */
type Classes = Readonly<Record<string, unknown>>

export function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain)
  if (value === null || typeof value !== "object") return value
  const plain: Record<string, unknown> = {}
  const type = value.constructor?.name ?? ""
  const scanned = type.startsWith("Dagger")
  for (const [key, item] of Object.entries(value))
    if (item !== undefined && !(scanned && treeOnly.has(key))) plain[key] = toPlain(item)
  if (scanned) plain.$class = type
  if ("getLocation" in value && typeof value.getLocation === "function") plain.$location = value.getLocation()
  return plain
}

/** Parses what `toPlain` made; objects get the prototypes of `classes` back, by name. */
export function fromPlain(json: string, classes: Classes): unknown {
  return JSON.parse(json, (_key, value: unknown) => {
    if (value === null || typeof value !== "object" || !("$class" in value || "$location" in value))
      return value
    const { $class, $location, ...data } = value as Record<string, unknown>
    const type = typeof $class === "string" ? classes[$class] : undefined
    const object: object = Object.assign(
      Object.create(typeof type === "function" ? type.prototype : {}),
      data,
    )
    if ($location) Object.defineProperty(object, "getLocation", { value: () => $location })
    return object
  })
}
