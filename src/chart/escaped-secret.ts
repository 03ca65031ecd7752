/** How a text may show a value that programs escape: in JSON, in a URL, in HTML, for a shell, in each other. */
export interface EscapedForm {
  /** Finds the value, plain or escaped, whatever of it was escaped. */
  readonly pattern: RegExp
  /** Its longest part that nothing escapes: a text without it does not have the value. */
  readonly unescaped: string
}

/** Longer values are files; their lines are known by themselves. */
const longest = 1000

/** Null for a value in which there is nothing to escape, and for a file. */
export function escapedForm(value: string): EscapedForm | null {
  if (value.length > longest || /^[A-Za-z0-9]*$/.test(value)) return null
  const pieces = value.match(/\\+|[\s\S]/gu) ?? []
  const runs = value.match(/[A-Za-z0-9]+/g) ?? [""]
  return {
    pattern: new RegExp(pieces.map(patternOf).join(""), "g"),
    unescaped: runs.reduce((best, run) => (run.length > best.length ? run : best)),
  }
}

/** One character, or a row of backslashes. @param at its place among the pieces of the value. */
function patternOf(piece: string, at: number): string {
  if (/^[A-Za-z0-9]$/.test(piece)) return piece
  const [character = ""] = piece.startsWith("\\") ? "\\" : [piece]
  const escaped = [inJson(character), inAddress(character), inPage(character), ...ofItsOwn(character)].join(
    "|",
  )
  if (character !== "\\") return `(?:\\\\{0,8}${literal(character)}|${escaped})`
  return `(?:${rowOf(piece.length, at)}|(?:${escaped}){${piece.length}})`
}

/** All of a row or nothing, and from its beginning: a part of it would be tried at every place, and time grow by its square. */
function rowOf(least: number, at: number): string {
  const whole = `(?=(?<row${at}>\\\\{${least},}))\\k<row${at}>`
  return at === 0 ? `(?<!\\\\)${whole}` : whole
}

/** `\u0026`, as Go writes `&` and Python everything but ASCII; `\x26`. A row before it may have taken its backslash. */
function inJson(character: string): string {
  const units = character.split("").map((unit) => `\\\\{0,8}u${digits(unit.charCodeAt(0), 4)}`)
  const code = character.charCodeAt(0)
  return code < 256 ? `${units.join("")}|\\\\{0,8}x${digits(code, 2)}` : units.join("")
}

/** `%26`, in small letters too, and once more encoded. */
function inAddress(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%(?:25)*${digits(byte, 2)}`).join("")
}

const entities: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "quot",
  "'": "apos",
}

/** `&amp;`, `&#38;`, `&#x26;`, and once more escaped. */
function inPage(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const name = entities[character]
  const named = name === undefined ? "" : `|${name}`
  return `&(?:amp;)*(?:#0*${code}|#[xX]0*${digits(code, 1)}${named});`
}

function ofItsOwn(character: string): readonly string[] {
  if (character === " ") return ["\\+"]
  if (character === "'") return [`'\\\\''`, `'"'"'`]
  const letter = new Map([
    ["\n", "n"],
    ["\r", "r"],
    ["\t", "t"],
  ]).get(character)
  return letter === undefined ? [] : [`\\\\{0,8}${letter}`]
}

/** Hexadecimal, in capital and small letters. */
function digits(code: number, width: number): string {
  const text = code.toString(16).padStart(width, "0")
  return text.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)
}

function literal(character: string): string {
  return character.replace(/[$()*+.?[\]^{|}/-]/g, "\\$&")
}
