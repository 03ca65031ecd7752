import { lstatSync, readdirSync } from "node:fs"
import { join } from "node:path"

/** The files below a root that a pattern names, and the links that it names or would have to follow. */
export interface Found {
  /** Absolute in the root, in the order of their names. */
  readonly found: readonly string[]
  readonly links: readonly string[]
}

/** `*` is any part of a name, `**` any directories or none; every other character is itself. */
export function filesOf(root: string, pattern: string): Found {
  const parts = pattern.split("/").filter((part) => part !== "")
  const found = new Set<string>()
  const links = new Set<string>()
  visit("", parts)
  return { found: [...found].sort(), links: [...links].sort() }

  function visit(place: string, rest: readonly string[]): void {
    const path = join(root, place)
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined) return
    if (stat.isSymbolicLink()) {
      links.add(place)
      return
    }
    const [next, ...later] = rest
    if (next === undefined) {
      if (stat.isFile()) found.add(place)
      return
    }
    if (!stat.isDirectory()) return
    if (next === "**") {
      visit(place, later)
      for (const entry of readdirSync(path, { withFileTypes: true }))
        if (entry.isDirectory()) visit(`${place}/${entry.name}`, rest)
      return
    }
    const names = next.includes("*")
      ? readdirSync(path).filter((name) => nameExpression(next).test(name))
      : [next]
    for (const name of names) visit(`${place}/${name}`, later)
  }
}

function nameExpression(part: string): RegExp {
  const texts = part.split("*").map((text) => text.replaceAll(/[\\^$.|?+()[\]{}]/g, "\\$&"))
  return new RegExp(`^${texts.join("[^/]*")}$`, "s")
}
