/** The parts of a tree that remain when some paths are left out. */
export interface Selection {
  /** Nothing is left out. */
  readonly whole: boolean
  /** The topmost directories in which nothing is left out, where a path outside them is; none of them is in another. */
  readonly directories: readonly string[]
}

/**
 * @param paths all paths of the tree, as the engine lists them: relative, directories with a slash at their end.
 * @param isLeftOut whether a path itself is left out; the content of such a directory is left out as well.
 */
export function selectParts(paths: readonly string[], isLeftOut: (path: string) => boolean): Selection {
  const leftOut = new Set(paths.map(plain).filter(isLeftOut))
  const incomplete = new Set(["", ...[...leftOut].flatMap(parents)])
  const directories = paths.filter(isDirectory).map(plain)
  return {
    whole: leftOut.size === 0,
    directories: directories.filter(
      (path) =>
        !leftOut.has(path) &&
        !incomplete.has(path) &&
        incomplete.has(parent(path)) &&
        !parents(path).some((one) => leftOut.has(one)),
    ),
  }
}

/**
 * Whether one of the patterns matches a path. Of the engine's pattern syntax, these are supported: `*` is any part of a
 * name, a leading `**` directory is any directories or none; all other characters are literal.
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

/** A pattern of the engine that matches one path only. */
export function exactly(path: string): string {
  // A leading exclamation mark would take the path in again.
  return path.replaceAll(/[\\*?[\]]|^!/g, "\\$&")
}

/** Normalises a path of the configuration: `./dist/` is `dist` in the tree. */
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
