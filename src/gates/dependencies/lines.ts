/** A version stands on the line of its package's name, or so many lines behind it, in any lock file. */
const linesBehind = 3
/** Characters behind a name in which its version is looked for. A lock file may be one line of megabytes. */
const near = 400
/** Places of a name that are tried: a name may be a word that stands everywhere. */
const mostPlaces = 10_000

/**
 * The line of a lock file that names a package, whatever its form: the first with its name that has its version soonest, on it or behind
 * it. Undefined where none does.
 */
export function lineFinder(text: string): (name: string, version: string) => number | undefined {
  const lower = text.toLowerCase()
  const starts = [0, ...[...lower.matchAll(/\n/g)].map(({ index }) => index + 1)]
  return (name, version) => {
    for (const wanted of spellings(name.toLowerCase())) {
      let best: { readonly at: number; readonly behind: number } | undefined
      let tried = 0
      for (const at of placesOf(wanted, lower)) {
        tried += 1
        const behind = distance(lower.slice(at, at + wanted.length + near), version.toLowerCase())
        if (behind !== undefined && (best === undefined || behind < best.behind)) best = { at, behind }
        if (best?.behind === 0 || tried === mostPlaces) break
      }
      if (best !== undefined) return lineAt(starts, best.at + (wanted.startsWith("\n") ? 1 : 0)) + 1
    }
    return undefined
  }
}

/**
 * How a name may be written, the surest first: as the entry of the package itself in lock files of npm, and in those that are TOML, where others
 * name it as well. Names of Python are written in more than one way; Maven's are `group:artifact`, of which a pom has the parts in lines
 * of their own.
 */
function spellings(name: string): readonly string[] {
  const artifact = name.slice(name.indexOf(":") + 1)
  const entries = [`node_modules/${name}"`, `\nname = "${name}"`]
  return [...new Set([...entries, name, name.replaceAll("-", "_"), name.replaceAll("-", "."), artifact])]
}

/** Where a word begins in a text, as a whole name or version and no part of a longer one. */
function* placesOf(wanted: string, text: string): Generator<number> {
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    const before = text[at - 1] ?? ""
    const behind = text.slice(at + wanted.length, at + wanted.length + 2)
    const isVersion = before === "v" && /^\d/.test(wanted)
    if ((isVersion || !/[\w.-]/.test(before)) && !/^(?:[\w-]|\.\w)/.test(behind)) yield at
  }
}

/** Lines from a name to its version. */
function distance(text: string, version: string): number | undefined {
  const [place] = placesOf(version, text)
  if (place === undefined) return undefined
  const behind = text.slice(0, place).split("\n").length - 1
  return behind > linesBehind ? undefined : behind
}

/** The line of a place, by halves. */
function lineAt(starts: readonly number[], place: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= place) low = middle
    else high = middle - 1
  }
  return low
}
