/** GitHub truncates a job summary at 1 MiB of UTF-8. */
export const summaryLimit = 1024 * 1024

/** Collects lines as long as they fit, so that a long report can state what was left out instead of being truncated. */
export class MarkdownBudget {
  readonly #lines: string[] = []
  #left: number

  /** @param reserve bytes for the note that lines were left out. */
  constructor(limit = summaryLimit, reserve = 1024) {
    this.#left = limit - reserve
  }

  /** Adds all lines, or none. Returns false when they do not fit. */
  add(...lines: readonly string[]): boolean {
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
    if (bytes > this.#left) return false
    this.#left -= bytes
    this.#lines.push(...lines)
    return true
  }

  /** Adds a line from the reserve. */
  note(line: string): void {
    this.#lines.push(line)
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`
  }
}
