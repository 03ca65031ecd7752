/** Lines of Cargo that state a cause: a place in the code (`--message-format=short`), or what is wrong with a package. */
const cause = /^(?:\S+\.rs:\d+:\d+: error|error(?:\[E\d+\])?: )/
/** What follows from other lines. */
const consequence = /^error: (?:could not compile|aborting due to|build failed)/

/** The lines of a failed `cargo` command that say why, with what Cargo says beneath them. Null: it is no output of Cargo. */
export function cargoReason(lines: readonly string[]): readonly string[] | null {
  const kept: string[] = []
  let isCause = false
  for (const line of lines) {
    if (cause.test(line)) isCause = !consequence.test(line)
    else isCause &&= line.trim() !== "" && /^(?:\s|Caused by:)/.test(line)
    if (isCause) kept.push(line)
  }
  return kept.length === 0 ? null : kept
}
