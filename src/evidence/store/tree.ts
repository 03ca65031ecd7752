import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { SignalboxError } from "../../domain/index.ts"
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

/** Writes files below a directory. @throws STATE_DAMAGED for a path that leads out of it */
export async function writeTree(root: string, files: Files): Promise<void> {
  await mkdir(root, { recursive: true })
  for (const [name, content] of files) {
    const target = join(root, name)
    if (!target.startsWith(`${root}/`))
      throw new SignalboxError("STATE_DAMAGED", { what: `unsafe path ${name}` })
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, content)
  }
}
