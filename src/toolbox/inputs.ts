import { type Directory, dag } from "@dagger.io/dagger"
import { exactly, namedBy, selectParts } from "./selection.ts"

/**
 * What an exec gets of a tree. Dagger 0.21 knows a filtered directory by all that it was filtered from: with it, a touched
 * README would run again what never looks at a README. It does know a whole sub-directory and a single file by their
 * content, and so is everything that comes from here: an exec runs again when something has changed that it can see, and
 * only then. Nothing else takes a part of a tree by patterns (test/unit/pipelines/inputs-static.test.ts).
 */

/** Up to so many paths go over a disk in about a tenth of a second. */
const fewPaths = 300
/** Each whole directory costs the engine a layer and some questions: about as much as 20 files on the way over a disk. */
const mostDirectories = 20

/** Those of some files and directories directly below a tree that are there. */
export async function onlyThese(tree: Directory, names: readonly string[]): Promise<Directory> {
  const there = new Set(await tree.entries())
  return names.reduce((part, name) => {
    if (there.has(`${name}/`)) return part.withDirectory(name, tree.directory(name))
    return there.has(name) ? part.withFile(name, tree.file(name)) : part
  }, dag.directory())
}

/**
 * A tree without what some patterns name, as `namedBy` reads them. Permissions and symbolic links stay as they are.
 * Of a large tree, directories in which nothing is left out are taken as they are, and only the rest goes over the disk.
 */
export async function without(tree: Directory, patterns: readonly string[]): Promise<Directory> {
  const paths = await tree.glob("**")
  const { whole, directories } = selectParts(paths, namedBy(patterns))
  if (whole) return tree
  if (paths.length <= fewPaths || directories.length > mostDirectories) return byDisk(tree, patterns)
  const rest = await byDisk(tree, [...patterns, ...directories.map(exactly)])
  return directories.reduce((part, path) => part.withDirectory(path, tree.directory(path)), rest)
}

/** What is read from the disk of a client, as this function's container is one, is known by its content. */
async function byDisk(tree: Directory, patterns: readonly string[]): Promise<Directory> {
  const place = `inputs/${crypto.randomUUID()}`
  await tree.filter({ exclude: [...patterns] }).export(place)
  return dag.currentModule().workdir(place)
}

/** Which files of an exec's output are meant, by the engine's patterns. Default: all. */
export interface OutputPart {
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

/**
 * A directory with a part of what an exec has written. An output is known by what its exec was given, and so is a part of
 * it: here the engine's own patterns do no harm.
 */
export function withOutput(to: Directory, path: string, output: Directory, part: OutputPart): Directory {
  const { include = [], exclude = [] } = part
  return to.withDirectory(path, output, { include: [...include], exclude: [...exclude] })
}
