/**
 * Escapes the characters that could change how a terminal or page displays a text: control characters, and those that
 * reverse a line or have no width. They become `\u202e`, which means the same inside JSON.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  )
}

/** Colours, cursor moves, titles and links of terminals; then single orders of two characters. */
const escapeSequences =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]/g
const orders = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/**
 * A text of others (an event, a program's output, a webhook's answer) for terminals and logs: its lines, without escape
 * sequences and without characters that move a cursor or hide text.
 */
export function plainLines(text: string): readonly string[] {
  return text
    .replaceAll(escapeSequences, "")
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => line.replaceAll("\t", "  ").replaceAll(orders, " ").trimEnd())
}

/** The same in one line. */
export function oneLine(text: string): string {
  return plainLines(text)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join(" ")
}

/**
 * A text of several lines as a part of a message. No line of it begins as the message's own lines do, or with what a CI
 * takes for an order of ours: GitHub obeys `::error::` and `##[…]` at the beginning of a line, after spaces too.
 */
export function continued(text: string): string {
  const [first = "", ...others] = plainLines(text)
  return [first, ...others.map((line) => (isOwn(line) ? line : `         | ${line.trimStart()}`))].join("\n")
}

/** Lists that messages of ours are made of are indented; the lines that a message itself has are not a part of its texts. */
function isOwn(line: string): boolean {
  return line === "" || (/^\s/.test(line) && !/^\s*(::|##\[|(?:where|why|next|also):)/.test(line))
}

/** A whole output without escape sequences and orders to the terminal; its lines and tabs stay. */
export function withoutOrders(text: string): string {
  return text.replaceAll(escapeSequences, "").replaceAll(/[^\P{Cc}\n\t]+/gu, "")
}
