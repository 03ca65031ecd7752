/** What the first line of a script starts, for select.ts. No packages. */
import { basename } from "node:path"

interface Interpreted {
  readonly interpreters: readonly string[]
}

/** What they start is no code of a language that rules are for: the gate `shell` judges it. */
const shells = ["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "fish", "csh", "tcsh", "busybox", "bats"]
const longestName = 50

/**
 * Programs that a first line names, without their versions: each word may be one. `env` takes options with values and whole command lines in
 * quotes, and programs such as `nice` start others.
 */
function programsIn(line: string): readonly string[] {
  const [, command = ""] = /^#!\s*(.*)/.exec(line) ?? []
  return command
    .split(/\s+/)
    .map((word) => word.replaceAll(/["'\\]/g, "").replace(/^(?:-[A-Za-z0]*S|--split-string=)/, ""))
    .filter((word) => !/^-|^\w+=/.test(word))
    .map((word) => basename(word).replace(/(?:[\d.]*-dbg|[\d.]+)$/, ""))
    .filter((name) => name !== "")
}

/** By the program that its first line starts. */
export function kindByFirstLine<Kind extends Interpreted>(
  line: string,
  kinds: readonly Kind[],
): Kind | undefined {
  const programs = programsIn(line)
  if (isShell(programs)) return undefined
  return programs
    .map((name) => kinds.find(({ interpreters }) => interpreters.includes(name)))
    .find((kind) => kind !== undefined)
}

/** The program that `env` is told to start, where that is neither a shell nor of a known language: it may be code of any. */
export function unknownProgram(line: string, kinds: readonly Interpreted[]): string | undefined {
  const programs = programsIn(line)
  const [first, second] = programs
  if (first !== "env" || second === undefined || isShell(programs)) return undefined
  return kindByFirstLine(line, kinds) === undefined ? second.slice(0, longestName) : undefined
}

function isShell(programs: readonly string[]): boolean {
  const first = programs.find((name) => name !== "env")
  return first !== undefined && shells.includes(first)
}
