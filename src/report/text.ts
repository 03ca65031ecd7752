/**
 * Text of tools, tests and commits is data: it must not act in a terminal, a CI log, a page or an XML parser.
 */

const ansi = /\u001b(?:\[[0-9:;<=>?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-~])/g
const unsafe =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g
const loneSurrogate = /[\ud800-\udfff]/gu

/** Without colours; other control characters, bidi marks and lone surrogates become visible. Line ends are `\n`. */
export function readable(text: string): string {
  return text
    .replace(ansi, "")
    .replace(/\r\n?|\u2028|\u2029/g, "\n")
    .replace(unsafe, escaped)
    .replace(loneSurrogate, escaped)
}

/** The same on one line. */
export function oneLine(text: string, longest = 2000): string {
  return shorten(readable(text).replace(/\s+/g, " ").trim(), longest)
}

/** At most that many UTF-16 units, never cutting a character in two; says that it was cut. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text
  const cut = /[\ud800-\udbff]/.test(text[longest - 2] ?? "") ? longest - 2 : longest - 1
  return `${text.slice(0, cut)}…`
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
}

/** For text and quoted attributes of HTML; also without `##[command]` and `::command`, which CI logs obey. */
export function escapeHtml(text: string): string {
  return readable(text)
    .replace(/[&<>"'`#]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll("::", ":&#58;")
}

/**
 * For text within a Markdown line or table cell, never at its beginning: no markup, no link, no mention, no HTML, no new line; and still readable
 * where it is not rendered. GitHub links bare addresses and looks for mentions in what was escaped, too: an empty comment
 * parts a mention from its name.
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

/** For text and attributes of XML 1.0; what XML cannot hold at all has become visible. */
export function escapeXml(text: string): string {
  return readable(text).replace(/[&<>"'\n\t[]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** JSON for people and for CI logs: well-formed also for lone surrogates, and no `##[command]` in it. */
export function prettyJson(value: unknown): string {
  return `${guard(JSON.stringify(value, undefined, 2))}\n`
}

/** `##[` occurs in JSON only within a string, where an escape means the same character. */
export function guard(json: string): string {
  return json.replaceAll("##[", "#\\u0023[")
}
