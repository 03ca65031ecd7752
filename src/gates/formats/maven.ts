import type { ToolFinding } from "../../domain/index.ts"
import type { FindingReport } from "./findings.ts"
import { sourcePath } from "./read.ts"
import type { ReportedComponent } from "./report.ts"

const located =
  /^\[(?<level>ERROR|WARNING)\] (?<file>\S.*?\.\w+):\[(?<line>\d+)(?:,(?<column>\d+))?\] (?<message>.*)$/
const compiled = /^\[INFO\] Compiling (\d+) \S*\s?source files? /
/** `symbol:   class Rate`, below a message that does not say which. */
const detail = /^(?:\[ERROR\])?\s+(symbol|location|required|found|reason): +(\S.*)$/

/**
 * What Maven prints while it compiles (`mvn --batch-mode test-compile`): errors and warnings of javac, which it repeats at its
 * end, and how many files it gave to the compiler. A build that failed of something else has not judged the code.
 */
export function readMaven(text: string, component: ReportedComponent): FindingReport {
  const findings = new Map<string, ToolFinding>()
  const lines = text.replaceAll(/\u001b\[[0-9;]*m/g, "").split(/\r?\n/)
  let files = 0
  let refused = 0
  for (const [index, line] of lines.entries()) {
    files += Number(compiled.exec(line)?.[1] ?? 0)
    const match = located.exec(line)?.groups
    if (match === undefined) continue
    const { level, file = "", message = "" } = match
    if (level === "ERROR") refused += 1
    const location = {
      file: sourcePath(component.path, component.workdir, file),
      line: Number(match.line),
      ...(match.column === undefined ? {} : { column: Number(match.column) }),
    }
    const key = JSON.stringify([level, location, message])
    const known = findings.get(key)
    const told = [message, ...detailsAfter(lines, index)].join("; ")
    if (known !== undefined && known.message.length >= told.length) continue
    findings.set(key, {
      rule: level === "ERROR" ? "javac" : "javac-warning",
      severity: level === "ERROR" ? "high" : "info",
      message: told,
      location,
      component: component.name,
      subject: told,
    })
  }
  return { findings: [...findings.values()], problems: problemsIn(lines, refused), files, suppressed: 0 }
}

function detailsAfter(lines: readonly string[], index: number): readonly string[] {
  const details: string[] = []
  for (const line of lines.slice(index + 1)) {
    const [, name, text] = detail.exec(line) ?? []
    if (name === undefined || text === undefined) break
    details.push(`${name}: ${text}`)
  }
  return details
}

/** Why a build ended that is no message of the compiler. */
function problemsIn(lines: readonly string[], refused: number): readonly string[] {
  if (!lines.some((line) => /^\[INFO\] BUILD (?:SUCCESS|FAILURE)/.test(line) || line.startsWith("[ERROR]")))
    return ["it is no output of Maven"]
  const failed = lines.flatMap((line) => /^\[ERROR\] (Failed to execute goal .*)$/.exec(line)?.[1] ?? [])
  const others = failed.filter((line) => refused === 0 || !/compile|Compilation failure/i.test(line))
  return others.map((line) => line.replace(/\s*-> \[Help \d\]\s*$/, ""))
}
