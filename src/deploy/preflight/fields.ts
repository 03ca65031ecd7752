/**
 * Whether a value has a field, by its path as the API server writes it (`.spec.containers[name="web"].image`). Keys may
 * have dots and slashes of their own.
 */
export function hasField(value: unknown, path: string): boolean {
  if (path === "") return true
  if (Array.isArray(value)) {
    if (!path.startsWith("[")) return false
    const end = path.indexOf("]")
    const keys = path.slice(1, end).split(",")
    return value.some((one) => keys.every((key) => isNamed(one, key)) && hasField(one, path.slice(end + 1)))
  }
  if (typeof value !== "object" || value === null) return false
  return Object.entries(value).some(
    ([key, inner]) => path.startsWith(`.${key}`) && hasField(inner, path.slice(key.length + 1)),
  )
}

/** `name="web"`; a key that is left out of a manifest has its default, which is not known here. */
function isNamed(item: unknown, key: string): boolean {
  const [name = "", value = ""] = key.split("=")
  const own = typeof item === "object" && item !== null ? Reflect.get(item, name) : undefined
  return own === undefined ? name !== "name" : JSON.stringify(own) === value
}
