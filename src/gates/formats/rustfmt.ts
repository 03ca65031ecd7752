import type { ToolFinding } from "../../domain/index.ts"
import type { FindingReport } from "./findings.ts"
import { sourcePath } from "./read.ts"
import type { ReportedComponent } from "./report.ts"

/** `Diff in FILE:LINE:`, as it is now, and `Diff in FILE at line LINE:`, as it was. */
const difference = /^Diff in (?<file>.+?)(?:| at line )(?::)?(?<line>\d+):$/
const error = /^error(?:\[\w+\])?: (?<message>.*)$/
const place = /^\s+--> (?<file>.+):(?<line>\d+):(?<column>\d+)$/

/**
 * What `rustfmt --check` writes: on one output differences, each file one finding at its first; on the other what it could
 * not read, as the compiler tells it.
 */
export function readRustfmt(text: string, component: ReportedComponent): FindingReport {
  const findings: ToolFinding[] = []
  const problems: string[] = []
  let open: string | undefined
  const lines = text.replaceAll(/\u001b(?:\[[0-9;]*m|\(B)/g, "").split(/\r?\n/)
  for (const [index, line] of lines.entries()) {
    const changed = difference.exec(line)?.groups
    if (changed !== undefined) {
      const { file = "" } = changed
      if (!findings.some(({ subject }) => subject === file))
        findings.push(
          unformatted(file, Number(changed.line) + unchangedBefore(lines.slice(index + 1)), component),
        )
    }
    const message = error.exec(line)?.groups?.message
    if (message !== undefined) {
      if (open !== undefined) problems.push(open)
      open = /^(?:aborting due to|could not )/.test(message) ? undefined : message
    }
    const at = place.exec(line)?.groups
    if (open === undefined || at === undefined) continue
    findings.push(unreadable(open, at, component))
    open = undefined
  }
  if (open !== undefined) problems.push(open)
  return { findings, problems, files: null, suppressed: 0 }
}

/** A difference begins with lines that stay as they are. */
function unchangedBefore(lines: readonly string[]): number {
  return Math.max(
    0,
    lines.findIndex((line) => /^[-+]/.test(line)),
  )
}

function unformatted(file: string, line: number, component: ReportedComponent): ToolFinding {
  return {
    rule: "rustfmt",
    severity: "high",
    message: "it is not formatted as rustfmt does",
    location: { file: sourcePath(component.path, component.workdir, file), line },
    component: component.name,
    fix: "run cargo fmt",
    subject: file,
  }
}

function unreadable(
  message: string,
  { file = "", line, column }: Readonly<Record<string, string | undefined>>,
  component: ReportedComponent,
): ToolFinding {
  return {
    rule: "rustfmt",
    severity: "high",
    message,
    location: {
      file: sourcePath(component.path, component.workdir, file),
      line: Number(line),
      column: Number(column),
    },
    component: component.name,
    subject: message,
  }
}
