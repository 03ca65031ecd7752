/**
 * Text of tools, tests and commits is untrusted: it must not control a terminal, a CI log, a page or an XML parser.
 */

const ansi = /\u001b(?:\[[0-9:;<=>?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g
/** Control characters but tabs and line ends; what turns a line round, hides text or has no width; what XML forbids. */
const unsafe = /(?![\n\t])[\p{Cc}\p{Cf}]|[\ufffe\uffff]/gu
const loneSurrogate = /[\ud800-\udfff]/gu

/** Without colours; other control characters, bidi marks and lone surrogates become visible. Line ends are `\n`. */
export function readable(text: string): string {
  return text
    .replace(ansi, "")
    .replace(/\r\n?|\u2028|\u2029/g, "\n")
    .replace(unsafe, escaped)
    .replace(loneSurrogate, escaped)
}

/** Readable text on one line. */
export function oneLine(text: string, longest = 2000): string {
  return shorten(readable(text).replace(/\s+/g, " ").trim(), longest)
}

/** At most that many UTF-16 units, without splitting a surrogate pair; a shortened text ends with `…`. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text
  const cut = /[\ud800-\udbff]/.test(text[longest - 2] ?? "") ? longest - 2 : longest - 1
  return `${text.slice(0, cut)}…`
}

function escaped(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("")
}

/** For text and quoted attributes of HTML; also defuses `##[command]` and `::command`, which CI servers execute from logs. */
export function escapeHtml(text: string): string {
  return readable(text)
    .replace(/[&<>"'`#]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll("::", ":&#58;")
}

/**
 * For text inside a Markdown line or table cell, never at its beginning: no markup, link, mention, HTML or new line, and
 * still readable where Markdown is not rendered. GitHub also finds addresses and mentions in escaped text: an empty
 * comment separates the `@` of a mention from the name.
 */
export function escapeMarkdown(text: string, longest = 2000): string {
  return oneLine(text, longest)
    .replace(/[\\`*[\]|~$]/g, "\\$&")
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_")
    .replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/##/g, "#\\#")
    .replace(/:(?=\/\/)|(?<=mailto|xmpp):/gi, "\\:")
    .replace(/(?<=www)\./gi, "\\.")
    .replace(/@/g, (_, index: number, whole: string) =>
      /\w/.test(whole[index - 1] ?? "") ? "\\@" : "@<!-- -->",
    )
}

/** For text and attributes of XML 1.0; characters that XML forbids become visible escapes. */
export function escapeXml(text: string): string {
  return readable(text).replace(/[&<>"'\n\t[]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Indented JSON that is safe in CI logs: well-formed for lone surrogates, without `##[command]`. */
export function prettyJson(value: unknown): string {
  return `${guard(JSON.stringify(value, undefined, 2))}\n`
}

/** Escapes `##[`, which in JSON occurs only inside strings, where the escape is the same character. */
export function guard(json: string): string {
  return json.replaceAll("##[", "#\\u0023[")
}
