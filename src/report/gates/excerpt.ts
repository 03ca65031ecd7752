import type { Finding, GateReportData, GateResult } from "../../domain/index.ts"
import { escapeHtml as html, shorten } from "../text.ts"
import { inOrder, mostImportantFirst } from "./order.ts"

/** Files of the source that a page shows lines of, by path. */
export type SourceFiles = ReadonlyMap<string, string>

const most = { files: 30, around: 2, column: 200 } as const

/** Larger files are generated, or no text. */
export const largestFile = 512 * 1024

/**
 * The files that a page shows lines of, those of the most important findings. None in which a gate about security has found
 * something, whether or not it counts: the line could be a secret.
 */
export function filesToShow({ gates }: GateReportData): readonly string[] {
  const secret = new Set(gates.filter(({ kind }) => kind !== "quality").flatMap(filesOf))
  const shown = mostImportantFirst(gates)
    .flatMap(inOrder)
    .flatMap(({ location }) => (location?.line === undefined ? [] : [location.file]))
  return [...new Set(shown)].filter((file) => !secret.has(file)).slice(0, most.files)
}

function filesOf({ findings, waived, baseline }: GateResult): readonly string[] {
  const all = [...findings, ...waived.map(({ finding }) => finding), ...(baseline?.known ?? [])]
  return all.flatMap(({ location }) => (location === undefined ? [] : [location.file]))
}

/** The line of a finding with those around it; empty where its file is not at hand or has no such line. */
export function excerpt({ location }: Finding, files: SourceFiles): string {
  if (location?.line === undefined) return ""
  const lines = files.get(location.file)?.split("\n") ?? []
  const { line } = location
  if (line < 1 || line > lines.length) return ""
  const first = Math.max(1, line - most.around)
  const shown = lines.slice(first - 1, line + most.around).map((text, index) => {
    const number = String(first + index).padStart(String(line + most.around).length)
    const isMeant = first + index === line
    const whole = `${isMeant ? ">" : " "} ${number}  ${shorten(text.replaceAll("\t", "  ").trimEnd(), most.column)}`
    return isMeant ? `<mark>${html(whole)}</mark>` : html(whole)
  })
  return `<pre class="code">${shown.join("\n")}</pre>`
}
