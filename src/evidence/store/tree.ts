import { readdir, readFile } from "node:fs/promises"
import { join, relative } from "node:path"
import type { Files } from "./store.ts"

/** Every file below a directory, by its path there, in the order of the paths. */
export async function readTree(root: string): Promise<Files> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const read = await Promise.all(
    files.map(async (file) => [relative(root, file), await readFile(file)] as const),
  )
  return new Map(read.sort(([a], [b]) => (a < b ? -1 : 1)))
}
