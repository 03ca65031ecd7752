/**
 * What hadolint 2.15.1 keeps from ShellCheck without a word: every RUN below a SHELL that has `cmd`, `pwsh` or `powershell` in any of its
 * words, commands in exec form, and what a shell is given as a here-document. No packages: main.ts runs it beside the linter.
 */

/** A place that ShellCheck does not look at. */
export interface Unlinted {
  readonly line: number
  readonly why: string
}

const windows = ["powershell", "pwsh", "cmd"]
const anyWindows = new RegExp(windows.join("|"))
const shells = ["sh", "bash", "dash", "ash", "ksh", "zsh", "busybox", ...windows]
const aShell = new RegExp(`(?:^|[\\s;&|(/"'])(?:${shells.join("|")})(?=[\\s;&|)<"']|$)`)

interface Instruction {
  readonly name: string
  readonly rest: string
  /** Of its lines, the first and the one after the last, from 0. */
  readonly first: number
  readonly end: number
}

/** The text as hadolint is to get it, in lines and columns that stay, and what is left out all the same. */
export function shellsOf(text: string): { readonly text: string; readonly unlinted: readonly Unlinted[] } {
  const lines = text.split("\n")
  const unlinted: Unlinted[] = []
  for (const one of instructionsOf(text.split("\n"))) {
    const why = one.name === "SHELL" ? whyOfShell(one.rest) : whyOfRun(one.rest)
    if (why !== undefined) unlinted.push({ line: one.first + 1, why })
    else if (one.name === "SHELL")
      for (let index = one.first; index < one.end; index += 1) lines[index] = masked(lines[index] ?? "")
  }
  return { text: lines.join("\n"), unlinted }
}

const masked = (line: string): string =>
  windows.reduce((before, word) => before.replaceAll(word, "x".repeat(word.length)), line)

/**
 * SHELL and RUN, from whatever line they seem to begin on: in a here-document they are none, and a line too many is looked at rather than
 * one too few.
 */
function instructionsOf(lines: readonly string[]): readonly Instruction[] {
  const start = lines.slice(0, 20).join("\n")
  const byBacktick = /^(?:[ \t]*#[^\n]*\n)*[ \t]*#[ \t]*escape[ \t]*=[ \t]*`/i.test(start)
  const goesOn = byBacktick ? /[`\\][ \t\r]*$/ : /\\[ \t\r]*$/
  return lines.flatMap((line, first) => {
    if (!/^\s*[osr]/i.test(line)) return []
    let end = first + 1
    let whole = line
    while (goesOn.test(whole) && end < lines.length) {
      const next = lines[end] ?? ""
      end += 1
      if (!/^\s*(?:#|$)/.test(next)) whole = `${whole.replace(goesOn, "")}${next}`
    }
    const [, name = "", rest = ""] = /^\s*(?:ONBUILD\s+)?(SHELL|RUN)\b\s*(.*)$/is.exec(whole) ?? []
    return name === "" ? [] : [{ name: name.toUpperCase(), rest: rest.trim(), first, end }]
  })
}

function wordsOf(list: string): readonly string[] | undefined {
  try {
    const words: unknown = JSON.parse(list)
    return Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === "string")
      ? words
      : undefined
  } catch {
    return undefined
  }
}

const programOf = (word: string): string =>
  word.slice(Math.max(word.lastIndexOf("/"), word.lastIndexOf("\\")) + 1).replace(/\.exe$/i, "")

function whyOfShell(rest: string): string | undefined {
  if (!anyWindows.test(rest)) return undefined
  const words = wordsOf(rest)
  if (words === undefined) return "SHELL is no list of words: no RUN below it was given to ShellCheck"
  const program = programOf(words[0] ?? "").toLowerCase()
  return windows.includes(program)
    ? `SHELL is ${program}: no RUN below it was given to ShellCheck`
    : undefined
}

function whyOfRun(rest: string): string | undefined {
  const command = rest.replace(/^(?:--\S+\s+)*/, "")
  if (command.startsWith("[")) {
    const isShell = (word: string) => shells.includes(programOf(word).toLowerCase())
    return wordsOf(command)?.some(isShell) === true
      ? "RUN gives a shell its commands in exec form: they were not given to ShellCheck"
      : undefined
  }
  // Behind `RUN <<EOF` all of it is read.
  if (command.startsWith("<<") || !/<<-?\s*["']?\w/.test(command) || !aShell.test(command)) return undefined
  return "RUN gives a shell a here-document: it was not given to ShellCheck"
}
