import { appendFile, mkdir, writeFile } from "node:fs/promises"
import { dirname } from "node:path"

/** Writes files by their paths; directories are made. */
export async function writeFiles(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
  }
}

/** Adds a text to the end of the same file in several copies. */
export async function appendToAll(files: readonly string[], text: string): Promise<void> {
  for (const file of files) await appendFile(file, text)
}
