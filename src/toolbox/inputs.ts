import { type Directory, dag } from "@dagger.io/dagger"
import { exactly, namedBy, selectParts } from "./selection.ts"

/**
 * Selects the inputs of an exec from a tree. Dagger 0.21 caches a filtered directory by all that it was filtered from:
 * a changed README would run an exec again that never reads it. It caches a whole sub-directory and a single file by
 * their content, and so everything that is selected here: an exec runs again only when one of its inputs has changed.
 * No other code selects a part of a tree by patterns (test/unit/pipelines/inputs-static.test.ts).
 */

/** Up to this many paths are copied over a disk in about a tenth of a second. */
const fewPaths = 300
/** Each whole directory costs the engine a layer and some queries: about as much as 20 files copied over a disk. */
const mostDirectories = 20

/** Of the named files and directories at the top of a tree, those that exist. */
export async function onlyThese(tree: Directory, names: readonly string[]): Promise<Directory> {
  const there = new Set(await tree.entries())
  return names.reduce((part, name) => {
    if (there.has(`${name}/`)) return part.withDirectory(name, tree.directory(name))
    return there.has(name) ? part.withFile(name, tree.file(name)) : part
  }, dag.directory())
}

/**
 * A tree without the paths that patterns match, in the syntax of `namedBy`. Permissions and symbolic links stay. Of a
 * large tree, directories in which nothing is left out are used whole, and only the rest is copied over the disk.
 */
export async function without(tree: Directory, patterns: readonly string[]): Promise<Directory> {
  return leaveOut(tree, patterns, namedBy(patterns))
}

/** The same for single paths, whatever characters are in them. A directory's content is left out with it. */
export async function withoutPaths(tree: Directory, paths: readonly string[]): Promise<Directory> {
  const named = new Set(paths)
  return leaveOut(tree, paths.map(exactly), (path) => named.has(path))
}

async function leaveOut(
  tree: Directory,
  patterns: readonly string[],
  isLeftOut: (path: string) => boolean,
): Promise<Directory> {
  const paths = await tree.glob("**")
  const { whole, directories } = selectParts(paths, isLeftOut)
  if (whole) return tree
  if (paths.length <= fewPaths || directories.length > mostDirectories) return byDisk(tree, patterns)
  const rest = await byDisk(tree, [...patterns, ...directories.map(exactly)])
  return directories.reduce((part, path) => part.withDirectory(path, tree.directory(path)), rest)
}

/** The paths of a tree that none of its own `.gitignore` files names; directories end with a slash. */
export function pathsNotIgnored(tree: Directory): Promise<string[]> {
  return tree.filter({ gitignore: true }).glob("**")
}

/** The engine caches a directory read from a client's disk by its content; this function's container is a client. */
async function byDisk(tree: Directory, patterns: readonly string[]): Promise<Directory> {
  const place = `inputs/${crypto.randomUUID()}`
  await tree.filter({ exclude: [...patterns] }).export(place)
  return dag.currentModule().workdir(place)
}

/**
 * An exec's output, known by its content: what is given it runs again only where that differs, and not whenever the exec has run.
 * It is copied over the disk.
 */
export async function byContent(output: Directory): Promise<Directory> {
  const place = `inputs/${crypto.randomUUID()}`
  await output.export(place)
  return dag.currentModule().workdir(place)
}

/** Selects files of an exec's output by the engine's patterns. Default: all. */
export interface OutputPart {
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

/**
 * A directory with a part of an exec's output. The engine caches an output by the inputs of its exec, and a part of it
 * as well: its own patterns cause no further runs here.
 */
export function withOutput(to: Directory, path: string, output: Directory, part: OutputPart): Directory {
  const { include = [], exclude = [] } = part
  return to.withDirectory(path, output, { include: [...include], exclude: [...exclude] })
}
