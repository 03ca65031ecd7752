/** What the bytes of a file are as text, for select.ts. No packages. */

export interface Silencer {
  readonly file: string
  readonly line: number
  readonly text: string
}

const shown = 200

/** Encodings whose ASCII is ASCII: the tools read them as they are. */
const plain = /^(?:utf-?8(?:-sig)?|latin-?1|iso-?8859-\d+|(?:us-)?ascii|(?:cp|windows-)125\d)$/i

/** A backslash with what it escapes: of two backslashes, the second one escapes nothing. */
const javaEscape = /\\(?:u+([\da-fA-F]{4})|[\s\S])/g
const scriptEscape = /\\(?:u([\da-fA-F]{4})|u\{0*([\da-fA-F]{1,6})\}|x([\da-fA-F]{2})|[\s\S])/g

const tab = 9
const formFeed = 12
const backslash = 0x5c

/** Why the text of a file is not what the tools would take it for; undefined where it is. */
export function unreadableText(bytes: Buffer, language: string): string | undefined {
  if (bytes.includes(0)) return "it has bytes that no text has in UTF-8: it is binary, or UTF-16"
  const text = bytes.toString("latin1")
  if (language === "java") return movedLine(text)
  return language === "python" ? otherEncoding(text) : undefined
}

/** Python looks for it in two lines, however long they are. */
function otherEncoding(text: string): string | undefined {
  const lines = text.split(/\r\n?|\n/, 2)
  const [, coding] =
    lines.map((line) => /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(line)).find(Boolean) ?? []
  return coding === undefined || plain.test(coding) ? undefined : `it says that its encoding is ${coding}`
}

/** Escapes after which all that follows would stand elsewhere, or mean something else, if they were read as javac reads them. */
function movedLine(text: string): string | undefined {
  for (const [written, hex] of text.matchAll(javaEscape))
    if (hex !== undefined && [10, 13, backslash].includes(Number.parseInt(hex, 16)))
      return `it has the escape ${written.slice(0, shown)}, which javac reads as a line's end or a backslash before anything else`
  return undefined
}

/**
 * The text as the compiler of its language takes it, where semgrep takes it for something else: what it reads as a comment or as another name
 * would be code that no rule has seen. Lines stay where they are; columns behind an escape do not.
 */
export function judgedText(text: string, language: string): string {
  if (language === "python") return withLineFeeds(text)
  if (language === "java") return withoutJavaEscapes(withLineFeeds(text))
  return ["javascript", "typescript"].includes(language) ? withPlainLetters(text) : text
}

/** A carriage return ends a line of Python and Java, and none for semgrep: to it, a comment goes on behind one. */
const withLineFeeds = (text: string): string => text.replaceAll(/\r\n?/g, "\n")

/** javac reads escapes before it knows what is a comment or a text: one may end either. */
function withoutJavaEscapes(text: string): string {
  return text.replaceAll(javaEscape, (written: string, hex?: string) => {
    const code = Number.parseInt(hex ?? "", 16)
    return code === tab || code === formFeed || (code >= 32 && code < 127)
      ? String.fromCharCode(code)
      : written
  })
}

/** A letter may be escaped in names and in texts, where it is that letter; other characters would mean something else without the escape. */
function withPlainLetters(text: string): string {
  return text.replaceAll(scriptEscape, (written: string, ...hex: (string | undefined)[]) => {
    const code = Number.parseInt(hex.slice(0, 3).find((one) => one !== undefined) ?? "", 16)
    const letter = code < 128 ? String.fromCharCode(code) : ""
    return /^[A-Za-z_]$/.test(letter) ? letter : written
  })
}

/** Lines with a comment that one of the tools would obey. */
export function silencersIn(file: string, text: string, language: string): readonly Silencer[] {
  const word = language === "python" ? /\bnosem(?:grep)?\b|\bnosec\b/i : /\bnosem(?:grep)?\b/i
  if (!word.test(text)) return []
  return text.split("\n").flatMap((line, index) => {
    const at = word.exec(line)?.index ?? -1
    const before = line.slice(0, Math.max(at, 0))
    const isComment = ["#", "//", "/*"].some((mark) => before.includes(mark))
    return isComment ? [{ file, line: index + 1, text: line.trim().slice(0, shown) }] : []
  })
}
