/** GitHub cuts a job summary at 1 MiB of UTF-8. */
export const summaryLimit = 1024 * 1024

/** Collects lines as long as they fit, so that the end of a long report is left out on purpose and said. */
export class MarkdownBudget {
  readonly #lines: string[] = []
  #left: number

  /** @param reserve bytes kept for the note that something was left out. */
  constructor(limit = summaryLimit, reserve = 1024) {
    this.#left = limit - reserve
  }

  /** Adds the lines, or none of them. Gives false when they do not fit. */
  add(...lines: readonly string[]): boolean {
    const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
    if (bytes > this.#left) return false
    this.#left -= bytes
    this.#lines.push(...lines)
    return true
  }

  /** Adds what the reserve is for. */
  note(line: string): void {
    this.#lines.push(line)
  }

  toString(): string {
    return `${this.#lines.join("\n")}\n`
  }
}
