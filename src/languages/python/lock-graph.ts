import { SignalboxError } from "../../domain/index.ts"
import { eachOnce, type LockedPackage, normalName } from "./names.ts"

/** A package of a lock file, with the names of what it depends on. */
export interface LockedNode extends LockedPackage {
  readonly needs: readonly Need[]
  /** What it depends on besides, where one of its extras is asked for. */
  readonly extras: Readonly<Record<string, readonly Need[]>>
}

export interface Need {
  readonly name: string
  readonly extras: readonly string[]
}

/** What a lock file names, by what needs it. */
export interface Locked {
  /** What an image gets. */
  readonly production: readonly LockedPackage[]
  /** What only checks get. */
  readonly development: readonly LockedPackage[]
  /** Directories of the source that it installs as packages, relative to the component; the component itself is none. */
  readonly local: readonly string[]
}

/**
 * Everything that can be reached from some packages. A lock file may have several versions of one name, for different
 * machines: all count, because which of them is installed is decided by markers.
 */
export function reachable(nodes: readonly LockedNode[], roots: readonly Need[]): ReadonlySet<LockedNode> {
  const byName = Map.groupBy(nodes, ({ name }) => name)
  const found = new Set<LockedNode>()
  const seen = new Set<string>()
  const open = [...roots]
  for (let need = open.pop(); need !== undefined; need = open.pop()) {
    for (const node of byName.get(need.name) ?? []) {
      found.add(node)
      for (const part of ["", ...need.extras.map(normalName)]) {
        const key = `${node.name}==${node.version}[${part}]`
        if (seen.has(key)) continue
        seen.add(key)
        open.push(...(part === "" ? node.needs : (node.extras[part] ?? [])))
      }
    }
  }
  return found
}

/** @throws CONFIG_INVALID where the lock file lacks a package that the project names: it is of another day. */
export function split(
  nodes: readonly LockedNode[],
  roots: readonly Need[],
  local: readonly string[],
  file: string,
): Locked {
  const names = new Set(nodes.map(({ name }) => name))
  const missing = roots.filter(({ name }) => !names.has(name)).map(({ name }) => name)
  if (missing.length > 0)
    throw new SignalboxError("CONFIG_INVALID", {
      what: `${file} does not name ${missing.slice(0, 5).join(", ")}`,
      where: file,
      why: "pyproject.toml depends on it: one of the two files was changed without the other",
      next: "lock again, and commit both files",
    })
  const production = reachable(nodes, roots)
  return {
    production: eachOnce([...production]),
    development: eachOnce(nodes.filter((node) => !production.has(node))),
    local,
  }
}
