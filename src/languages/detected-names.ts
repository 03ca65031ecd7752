/** As a component's name may be long, and a project's, whose name is part of every namespace. */
const longest = 40

/** Directories that hold something's sources: what it is, the one above says. */
const unnamed = ["src", "source", "sources", "code"]

/**
 * Names of components by their directories, each once: the directory's own; the project's for the source root; where two
 * directories have one name, that of the directory above before it.
 */
export function namesOf(paths: readonly string[], project: string): readonly string[] {
  const parts = paths.map((path) => (path === "." ? [project] : telling(path.split("/"), project)))
  const deepest = Math.max(...parts.map(({ length }) => length))
  for (let depth = 1; depth <= deepest; depth++) {
    const names = parts.map((all, index) => {
      const short = nameFrom(all.slice(-1))
      const isShared = parts.some((other, at) => at !== index && nameFrom(other.slice(-1)) === short)
      return isShared ? nameFrom(all.slice(-depth)) : short
    })
    if (new Set(names).size === names.length) return names
  }
  return numbered(parts.map((all) => nameFrom(all)))
}

function telling(parts: readonly string[], project: string): readonly string[] {
  const last = parts.findLastIndex((part) => !unnamed.includes(part.toLowerCase()))
  return last < 0 ? [project] : parts.slice(0, last + 1)
}

/** Letters, digits and hyphens of a text, beginning with a letter. */
export function nameFrom(parts: readonly string[]): string {
  const name = parts
    .join("-")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, longest)
    .replace(/-+$/, "")
  return name === "" ? "app" : name
}

/** Directories that differ in nothing that a name may have. */
function numbered(names: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return names.map((name) => {
    let free = name
    for (let number = 2; seen.has(free); number++) free = `${name.slice(0, longest - 4)}-${number}`
    seen.add(free)
    return free
  })
}
