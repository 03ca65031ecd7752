import { appendFileSync } from "node:fs"
import { readdir, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { eventLine, eventsFile, type Json, type ProgressEvent, plainLines } from "../../domain/index.ts"

/** The output directory: every stored file, and the log of events. */
export class Recorder {
  readonly directory: string
  readonly #print: (line: string) => void
  readonly #started = performance.now()
  readonly #lines: string[] = []
  #keepsEvents = true
  #hide: (text: string) => string = (text) => text

  constructor(directory: string, print: (line: string) => void) {
    this.directory = directory
    this.#print = print
  }

  /** From now on secrets are taken out of all that is told. */
  hideBy(hide: (text: string) => string): void {
    this.#hide = hide
  }

  /** An event: printed for people, stored in summary.txt and, for programs, in events.ndjson. */
  tell(told: ProgressEvent): void {
    const event = hiddenIn(told, this.#hide)
    const line = eventLine(event)
    if (line !== null) {
      const seconds = ((performance.now() - this.#started) / 1000).toFixed(1)
      // What Kubernetes and programs say stands in it: every line has a beginning of ours.
      const [first = "", ...others] = plainLines(line)
      this.#lines.push(first, ...others.map((one) => `| ${one}`))
      this.#print(`${seconds.padStart(6)}s  ${first}`)
      for (const one of others) this.#print(`         | ${one}`)
    }
    this.#append({ at: new Date().toISOString(), ...event })
  }

  /** One line of progress. */
  say(text: string): void {
    this.tell({ event: "note", text })
  }

  /** A full disk never stands in the way of a deployment, or of going back: what happens is printed all the same. */
  #append(event: object): void {
    if (!this.#keepsEvents) return
    try {
      appendFileSync(join(this.directory, eventsFile), `${JSON.stringify(event)}\n`)
    } catch (error) {
      this.#keepsEvents = false
      this.say(`${eventsFile} is not stored: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  async json(name: string, value: Json | object): Promise<void> {
    await this.text(name, `${JSON.stringify(value, null, 2)}\n`)
  }

  /** A file is complete or absent: a driver killed while it writes leaves no half of one to be read as evidence. */
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

/** Its words alone: names and states are ours, and read by programs. */
function hiddenIn(event: ProgressEvent, hide: (text: string) => string): ProgressEvent {
  switch (event.event) {
    case "begun":
      return event
    case "ended":
      return event.error === null
        ? event
        : { ...event, error: { ...event.error, what: hide(event.error.what) } }
    case "note":
    case "warning":
    case "step-begun":
    case "step-ended":
      return { ...event, text: hide(event.text) }
  }
}
