import { visible } from "../../domain/index.ts"

/** Text within a line of Markdown: what a command says must not hide from a person what they approve. */
export function inert(text: string): string {
  return visible(text).replaceAll(/[\\`*<>&[\]|~]/g, "\\$&")
}

/** As code in Markdown, whatever backticks a text has itself. */
export function code(text: string): string {
  const fence = fenceFor(text, 1)
  return fence === "`" ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`
}

/** Longer than any row of backticks in a text. */
export function fenceFor(text: string, shortest: number): string {
  const rows = [...text.matchAll(/`+/g)].map(([row]) => row.length + 1)
  return "`".repeat(Math.max(shortest, ...rows))
}
