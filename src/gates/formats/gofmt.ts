import type { ToolFinding } from "../../domain/index.ts"
import type { FindingReport } from "./findings.ts"
import { readGoVet } from "./go-vet.ts"
import { sourcePath } from "./read.ts"
import { type ReportedComponent, unreadableReport } from "./report.ts"

const header = /^diff (?:-u )?(?<before>.+\.orig) (?<after>.+)$/
const hunk = /^@@ -(?<start>\d+)(?:,\d+)? \+\d+(?:,\d+)? @@/

/**
 * What `gofmt -d` writes: differences on one output, each file one finding at its first changed line; on the other files
 * that are no Go, as the compiler tells them.
 * @throws OUTPUT_UNREADABLE
 */
export function readGofmt(text: string, component: ReportedComponent): FindingReport {
  const lines = text.split(/\r?\n/)
  const first = lines.find((line) => line.trim() !== "")
  if (first === undefined || !first.startsWith("diff ")) return readGoVet(text, component)
  const findings: ToolFinding[] = []
  let file: string | undefined
  for (const [index, line] of lines.entries()) {
    const after = header.exec(line)?.groups?.after
    if (after !== undefined) file = after
    const start = hunk.exec(line)?.groups?.start
    if (start === undefined) continue
    if (file === undefined) throw unreadableReport("gofmt", `line ${index + 1}: a change of no file`)
    if (findings.some(({ subject }) => subject === file)) continue
    findings.push(finding(file, Number(start) + unchangedBefore(lines.slice(index + 1)), component))
  }
  if (findings.length > 0) return { findings, problems: [], files: null, suppressed: 0 }
  throw unreadableReport("gofmt", "it has differences and names no line")
}

/** A hunk begins with lines that stay as they are. */
function unchangedBefore(lines: readonly string[]): number {
  const changed = lines.findIndex((line) => /^[-+]/.test(line))
  return Math.max(0, changed)
}

function finding(file: string, line: number, component: ReportedComponent): ToolFinding {
  return {
    rule: "gofmt",
    severity: "high",
    message: "it is not formatted as gofmt does",
    location: { file: sourcePath(component.path, component.workdir, file), line },
    component: component.name,
    fix: "run gofmt -w on it",
    subject: file,
  }
}
