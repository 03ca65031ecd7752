import { closeSync, mkdirSync, openSync, writeSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { dirname } from "node:path"

/** A log file that is written line by line and survives the death of its writer up to the last line. */
export interface Log {
  line(text: string): void
  close(): void
}

/** Opens the log at `path`, and empties it. */
export function openLog(path: string): Log {
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, "w")
  return {
    line: (text) => void writeSync(file, `${text}\n`),
    close: () => closeSync(file),
  }
}

/** The last `count` lines of a file; none when there is no such file. */
export async function lastLines(path: string, count: number): Promise<string[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return ""
    throw error
  })
  return text.trimEnd().split("\n").slice(-count)
}
