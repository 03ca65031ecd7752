import { type ChartPlace, chartFile } from "../../chart/index.ts"
import type { ToolFinding } from "../../domain/index.ts"
import { firstLine, unreadable } from "../formats/read.ts"

const lintLine = /^\[(?<level>ERROR|WARNING|INFO)\] (?<file>[^\s:]*): (?<message>.*)$/
const summary = /^\d+ chart\(s\) linted, \d+ chart\(s\) failed$/m

/** Output of `helm lint --strict`. Warnings refuse as errors do, hints are reported. @throws OUTPUT_UNREADABLE */
export function readHelmLint(
  stdout: string,
  stderr: string,
  exitCode: number,
  place: ChartPlace,
): ToolFinding[] {
  const findings = stdout.split("\n").flatMap((line): ToolFinding[] => {
    const groups = lintLine.exec(line)?.groups
    if (groups === undefined) return []
    const { level, file = "", message = "" } = groups
    const inside = /\((?<path>[^\s:()]+):(?<line>\d+)\)/.exec(message)?.groups
    const where = inside?.path === undefined ? `${place.path}/${file}` : chartFile(inside.path, place)
    return [
      {
        rule: `helm-lint-${(level ?? "").toLowerCase()}`,
        severity: level === "INFO" ? "info" : "high",
        message,
        location: {
          file: where.replace(/\/$/, ""),
          ...(inside?.line === undefined ? {} : { line: Number(inside.line) }),
        },
        subject: message,
      },
    ]
  })
  const refused = findings.some(({ severity }) => severity !== "info")
  if (exitCode === 0 && summary.test(stdout)) return findings
  if (exitCode !== 0 && refused) return findings
  throw unreadable(
    "helm lint",
    firstLine(stdout.replace(/^==>.*$/m, "")) || firstLine(stderr) || "it printed nothing",
  )
}

/** What `helm template` said when it could not render. @throws OUTPUT_UNREADABLE when it printed nothing. */
export function readTemplateError(stderr: string, place: ChartPlace): ToolFinding {
  const message = /^Error: (.*)$/m.exec(stderr)?.[1]
  if (message === undefined) throw unreadable("helm template", firstLine(stderr) || "it printed nothing")
  const at = /\((?<path>[^\s:()]+):(?<line>\d+)(?::(?<column>\d+))?\)/.exec(message)?.groups
  return {
    rule: "template-error",
    severity: "high",
    message,
    location:
      at?.path === undefined
        ? { file: place.path }
        : {
            file: chartFile(at.path, place),
            line: Number(at.line),
            ...(at.column === undefined ? {} : { column: Number(at.column) }),
          },
    subject: message.replaceAll(/:\d+:\d+/g, ""),
  }
}
