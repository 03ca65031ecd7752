import { readdir, readFile } from "node:fs/promises"
import { join, relative } from "node:path"
import ts from "typescript"

const root = join(import.meta.dirname, "..", "..", "..")

export interface Source {
  readonly file: string
  readonly text: string
}

/** All TypeScript files below some directories of this library. */
export async function sources(directories: readonly string[]): Promise<Source[]> {
  const found = await Promise.all(
    directories.map(async (directory) => {
      const entries = await readdir(join(root, directory), { recursive: true, withFileTypes: true })
      return entries
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .map((entry) => join(entry.parentPath, entry.name))
    }),
  )
  return Promise.all(
    found.flat().map(async (path) => ({ file: relative(root, path), text: await readFile(path, "utf8") })),
  )
}

export function parse({ file, text }: Source): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
}

/** All nodes below one that a guard accepts. */
export function nodes<T extends ts.Node>(from: ts.Node, is: (node: ts.Node) => node is T): T[] {
  const found: T[] = []
  const visit = (node: ts.Node): void => {
    if (is(node)) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(from)
  return found
}

/** `file:line` */
export function place(node: ts.Node): string {
  const source = node.getSourceFile()
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
}
