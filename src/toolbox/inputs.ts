import { type Directory, dag, ExistsType } from "@dagger.io/dagger"
import { namedBy, selectParts } from "./selection.ts"

/**
 * What an exec gets of a tree. Dagger 0.21 knows a filtered directory by all that it was filtered from: with it, a touched
 * README would run again what never looks at a README. It does know a whole sub-directory and a single file by their
 * content, and so is everything that comes from here: an exec runs again when something has changed that it can see, and
 * only then. Nothing else takes a part of a tree by patterns (test/unit/pipelines/inputs-static.test.ts).
 */

/** More parts than this are put together on a disk instead: each costs the engine a layer and a question. */
const mostParts = 60

/** Those of some files and directories directly below a tree that are there. */
export async function onlyThese(tree: Directory, names: readonly string[]): Promise<Directory> {
  const there = new Set(await tree.entries())
  return names.reduce((part, name) => {
    if (there.has(`${name}/`)) return part.withDirectory(name, tree.directory(name))
    return there.has(name) ? part.withFile(name, tree.file(name)) : part
  }, dag.directory())
}

/**
 * A tree without what some patterns name, as `namedBy` reads them. Permissions and symbolic links stay as they are; a
 * directory in which nothing is left is not there.
 */
export async function without(tree: Directory, patterns: readonly string[]): Promise<Directory> {
  const { whole, directories, files } = selectParts(await tree.glob("**"), namedBy(patterns))
  if (whole) return tree
  if (directories.length + files.length > mostParts || (await hasLink(tree, files)))
    return byDisk(tree, patterns)
  const copied = directories.reduce(
    (part, path) => part.withDirectory(path, tree.directory(path)),
    dag.directory(),
  )
  return files.reduce((part, path) => part.withFile(path, tree.file(path)), copied)
}

/** Taken as a file, a symbolic link would be what it points to. */
async function hasLink(tree: Directory, paths: readonly string[]): Promise<boolean> {
  const symbolic = { expectedType: ExistsType.SymlinkType, doNotFollowSymlinks: true }
  const answers = await Promise.all(paths.map((path) => tree.exists(path, symbolic)))
  return answers.includes(true)
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
