import type { Message } from "esbuild"

/** A module that cannot be built, told to its author. Anything else that is thrown is an error of this SDK. */
export class ModuleProblem extends Error {
  override readonly name = "ModuleProblem"
}

/** Problems shown at once; an unclosed brace can make hundreds. */
const shown = 10

/**
 * What esbuild found, as `file:line:column: text` with the line and a caret below.
 * Lines and columns count from 1, as editors do; esbuild counts columns from 0.
 */
export function describeMessages(messages: readonly Message[]): string {
  const texts = messages.slice(0, shown).map(describeMessage)
  if (messages.length > shown) texts.push(`… and ${messages.length - shown} more`)
  return texts.join("\n")
}

function describeMessage({ location, text, notes }: Message): string {
  const hints = notes.map((note) => `\n  ${note.text}`).join("")
  if (!location) return text + hints
  const { file, line, column, lineText } = location
  const number = String(line)
  const caret = `${" ".repeat(number.length)} | ${lineText.slice(0, column).replace(/\S/g, " ")}^`
  return `${file}:${line}:${column + 1}: ${text}\n  ${number} | ${lineText}\n  ${caret}${hints}`
}

/**
 * The message of the official introspector, which names places as `/src/module/src/index.ts:3:5`, counted from 0:
 * made relative to the module's root and counted from 1, with the place in front.
 */
export function describeIntrospection(message: string, root: string): string {
  let place = ""
  const text = message.replace(
    /(\/[^\s:]+):(\d+):(\d+)/g,
    (whole, file: string, line: string, column: string) => {
      if (!file.startsWith(`${root}/`)) return whole
      const here = `${file.slice(root.length + 1)}:${Number(line) + 1}:${Number(column) + 1}`
      place ||= here
      return here
    },
  )
  return place ? `${place}: ${text}` : text
}
