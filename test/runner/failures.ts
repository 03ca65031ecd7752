import { stripVTControlCharacters } from "node:util"
import type { TierReport } from "./report.ts"

/** Lines and characters of an error that a report keeps: the cause stands first, and a report is read by people. */
const keptLines = 12
const keptColumns = 300
/** Failures that are shown with their error; the others by their name alone. */
const shown = 10

/** What a failed case says about its error: the first lines of the message, without colours and without the stack. */
export function errorText(errors: readonly { readonly message?: string }[]): string | undefined {
  const lines = errors.flatMap(({ message = "" }) => stripVTControlCharacters(message).trim().split("\n"))
  if (lines.length === 0) return undefined
  return lines
    .slice(0, keptLines)
    .map((line) => line.slice(0, keptColumns))
    .join("\n")
}

/**
 * Every failure of a run, once more at its end: of a CI server's output people see the end first, and often nothing
 * else. Empty where nothing failed.
 */
export function failuresText(reports: readonly TierReport[]): string {
  const failed = reports.flatMap(({ cases }) => cases.filter(({ state }) => state === "failed"))
  if (failed.length === 0) return ""
  const told = failed.map(({ file, name, error }, index) => {
    const lines = index < shown && error !== undefined ? error.split("\n") : []
    return [`✗ ${file} > ${name}`, ...lines.map((line) => `    ${line}`)].join("\n")
  })
  return ["", "── What failed", ...told, ""].join("\n")
}
