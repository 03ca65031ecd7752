/**
 * Which parts of a tree are left when some of it is left out. Whole directories are named wherever nothing in them is
 * left out: the engine knows a directory and a file by their content, and a filtered tree by all that it was made from.
 */
export interface Selection {
  /** Directories that are taken with all that is in them; none of them lies in another. */
  readonly directories: readonly string[]
  /** Files beside something that is left out. */
  readonly files: readonly string[]
  /** Nothing is left out. */
  readonly whole: boolean
}

/**
 * @param paths all paths of the tree, as the engine lists them: relative, directories with a slash at their end.
 * @param isLeftOut whether a path itself is left out; what is in a directory that is left out is never asked about.
 */
export function selectParts(paths: readonly string[], isLeftOut: (path: string) => boolean): Selection {
  const leftOut = new Set(paths.map(plain).filter(isLeftOut))
  const incomplete = new Set(["", ...[...leftOut].flatMap(parents)])
  const taken = paths.filter(
    (path) => !leftOut.has(plain(path)) && !parents(plain(path)).some((one) => leftOut.has(one)),
  )
  // What lies in a directory that is taken as a whole needs no name of its own.
  const named = taken.filter((path) => incomplete.has(parent(plain(path))) && !incomplete.has(plain(path)))
  return {
    directories: named.filter(isDirectory).map(plain),
    files: named.filter((path) => !isDirectory(path)),
    whole: leftOut.size === 0,
  }
}

/**
 * Whether a path is named by one of some patterns. Of the patterns that the engine knows, these are used: `*` is any
 * part of a name, a leading `**` directory is any directories or none; everything else is what it is.
 */
export function namedBy(patterns: readonly string[]): (path: string) => boolean {
  const expression = new RegExp(`^(?:${patterns.map(expressionOf).join("|")})$`, "s")
  return (path) => patterns.length > 0 && expression.test(path)
}

function expressionOf(pattern: string): string {
  const anywhere = pattern.startsWith("**/")
  const rest = clean(anywhere ? pattern.slice(3) : pattern)
  const names = rest.split("*").map((text) => text.replaceAll(/[\\^$.|?+()[\]{}]/g, "\\$&"))
  return `${anywhere ? "(?:.*/)?" : ""}${names.join("[^/]*")}`
}

/** A path of the configuration may say `./dist/` where the tree has `dist`. */
function clean(path: string): string {
  return path
    .split("/")
    .filter((name) => name !== "" && name !== ".")
    .join("/")
}

const isDirectory = (path: string): boolean => path.endsWith("/")

const plain = (path: string): string => (isDirectory(path) ? path.slice(0, -1) : path)

/** The directory that a path is in; the tree itself is "". */
function parent(path: string): string {
  const slash = path.lastIndexOf("/")
  return slash < 0 ? "" : path.slice(0, slash)
}

/** All directories that a path is in, the tree itself included. */
function parents(path: string): string[] {
  const found: string[] = []
  for (let one = path; one !== ""; ) {
    one = parent(one)
    found.push(one)
  }
  return found
}
