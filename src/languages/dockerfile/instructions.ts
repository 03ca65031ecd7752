/** One instruction of a Dockerfile. */
export interface Instruction {
  readonly text: string
  /** Number of its first line. */
  readonly line: number
}

/** All instructions, without comments; a backslash at the end continues a line. */
export function instructions(dockerfile: string): readonly Instruction[] {
  const found: { text: string; line: number }[] = []
  let open: { text: string; line: number } | undefined
  for (const [index, raw] of dockerfile.split(/\r?\n/).entries()) {
    const text = raw.trim()
    if (text === "" || text.startsWith("#")) continue
    const goesOn = text.endsWith("\\")
    const part = goesOn ? text.slice(0, -1).trim() : text
    if (open === undefined) open = { text: part, line: index + 1 }
    else open.text += ` ${part}`
    if (goesOn) continue
    found.push(open)
    open = undefined
  }
  return open === undefined ? found : [...found, open]
}
