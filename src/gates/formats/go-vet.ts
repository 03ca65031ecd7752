import type { ToolFinding } from "../../domain/index.ts"
import type { FindingReport } from "./findings.ts"
import { sourcePath } from "./read.ts"
import type { ReportedComponent } from "./report.ts"

const located = /^(?:vet: )?(?<file>\S.*?\.\w+):(?<line>\d+)(?::(?<column>\d+))?: (?<message>.*)$/
/** What stands around findings: the package that they are in, and what Go says while it fetches. */
const heading = /^(?:# |go: (?:downloading|finding|extracting) |FAIL\b|exit status \d+$)/

/**
 * What `go vet` and `go build` print on standard error: `FILE:LINE:COLUMN: MESSAGE`, and indented what belongs to it. Any
 * other line is a problem: of the module, of a package that was not found, or that more was found than is printed.
 */
export function readGoVet(text: string, component: ReportedComponent): FindingReport {
  const findings: ToolFinding[] = []
  const problems: string[] = []
  for (const line of text.split(/\r?\n/)) {
    const last = findings.at(-1)
    if (line.trim() === "" || heading.test(line)) continue
    const match = located.exec(line)?.groups
    if (match !== undefined) {
      const found = finding(match, component)
      // go vet repeats what the compiler has said of a place, in other words.
      if (!line.startsWith("vet: ") || !findings.some((one) => isSamePlace(one, found))) findings.push(found)
    } else if (/^\s/.test(line) && last !== undefined)
      findings[findings.length - 1] = { ...last, message: `${last.message} ${line.trim()}` }
    else problems.push(line.trim())
  }
  return { findings, problems, files: null, suppressed: 0 }
}

function isSamePlace({ location: a }: ToolFinding, { location: b }: ToolFinding): boolean {
  return a?.file === b?.file && a?.line === b?.line && a?.column === b?.column
}

function finding(
  { file = "", line, column, message = "" }: Readonly<Record<string, string | undefined>>,
  component: ReportedComponent,
): ToolFinding {
  return {
    rule: "go",
    severity: "high",
    message,
    location: {
      file: sourcePath(component.path, component.workdir, file.replace(/^\.\//, "")),
      line: Number(line),
      ...(column === undefined ? {} : { column: Number(column) }),
    },
    component: component.name,
    subject: message,
  }
}
