/**
 * `node pointers.ts DIRECTORY` prints the Git LFS pointers below a directory as a JSON list of paths. One file without
 * packages: it runs in any container with Node.
 */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, relative } from "node:path"

/** The first line of a pointer, by Git LFS' specification; a pointer has at most 1024 bytes. */
const firstLine = "version https://git-lfs.github.com/spec/"

/** Paths of pointers, relative to the directory, in order. */
export function pointersIn(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size <= 1024 && readFileSync(path, "latin1").startsWith(firstLine))
    .map((path) => relative(directory, path))
    .sort()
}

if (import.meta.main) {
  const [directory] = process.argv.slice(2)
  if (directory === undefined) throw new Error("usage: pointers.ts DIRECTORY")
  process.stdout.write(`${JSON.stringify(pointersIn(directory))}\n`)
}
