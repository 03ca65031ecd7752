import { readdir, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Json } from "../../domain/index.ts"

/** The output directory: everything that is to be kept, and what people read while it happens. */
export class Recorder {
  readonly directory: string
  readonly #print: (line: string) => void
  readonly #started = performance.now()
  readonly #lines: string[] = []

  constructor(directory: string, print: (line: string) => void) {
    this.directory = directory
    this.#print = print
  }

  /** One line of progress: printed now, kept in summary.txt. */
  say(line: string): void {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1)
    this.#lines.push(line)
    this.#print(`${seconds.padStart(6)}s  ${line}`)
  }

  async json(name: string, value: Json | object): Promise<void> {
    await this.text(name, `${JSON.stringify(value, null, 2)}\n`)
  }

  /** A file is there whole or not at all: who is killed in the middle leaves no half of one to be read as evidence. */
  async text(name: string, text: string): Promise<void> {
    const path = join(this.directory, name)
    await writeFile(`${path}.partial`, text)
    await rename(`${path}.partial`, path)
  }

  async summary(): Promise<void> {
    await this.text("summary.txt", `${this.#lines.join("\n")}\n`)
  }

  /** Files that were written, relative to the directory. */
  async files(): Promise<readonly string[]> {
    const entries = await readdir(this.directory, { recursive: true, withFileTypes: true }).catch(() => [])
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.directory.length + 1))
      .sort()
  }
}
