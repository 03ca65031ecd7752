/** Lines of Go that state a cause: a place in the code, or what is wrong with the module; and what follows, indented. */
const cause = /^(?:go: |package |(?:vet: )?\S+\.go:\d+(?::\d+)?: )/

/** The lines of a failed `go` command that say why, in their order. Null: it is no output of Go. */
export function goReason(lines: readonly string[]): readonly string[] | null {
  const kept: string[] = []
  let isCause = false
  for (const line of lines) {
    isCause = cause.test(line) ? !line.startsWith("go: downloading") : isCause && /^\t\S/.test(line)
    if (isCause) kept.push(line)
  }
  return kept.length === 0 ? null : kept
}
