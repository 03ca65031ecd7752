import type { ToolFinding } from "../../domain/index.ts"
import { sourcePath } from "./read.ts"

export interface TscResult {
  readonly findings: readonly ToolFinding[]
  /** What is wrong with the project itself, so that nothing was judged. */
  readonly problems: readonly string[]
  /** Files of the component that were checked, without packages and the compiler's own. */
  readonly files: number
}

const located = /^(?<file>\S.*?)\((?<line>\d+),(?<column>\d+)\): error TS(?<code>\d+): (?<message>.*)$/
const global = /^error TS(?<code>\d+): (?<message>.*)$/

/**
 * Output of `tsc --pretty false --listFiles`.
 * @param component its path, and where it lay when tsc ran.
 */
export function readTsc(
  stdout: string,
  component: { path: string; workdir: string; name: string },
): TscResult {
  const findings: ToolFinding[] = []
  const problems: string[] = []
  let files = 0
  for (const line of stdout.split(/\r?\n/)) {
    const match = located.exec(line)?.groups ?? global.exec(line)?.groups
    if (match === undefined && line.startsWith("/")) {
      if (line.startsWith(`${component.workdir}/`) && !line.includes("/node_modules/")) files += 1
      continue
    }
    if (match === undefined) continue
    const { file, code = "", message = "" } = match
    if (file === undefined || (isProjectError(code) && /\.json$/.test(file))) problems.push(line)
    else
      findings.push({
        rule: `TS${code}`,
        severity: "high",
        message,
        location: {
          file: sourcePath(component.path, component.workdir, file),
          line: Number(match.line),
          column: Number(match.column),
        },
        component: component.name,
        subject: message,
      })
  }
  return { findings, problems, files }
}

/**
 * 5xxx, 6xxx and 18xxx: the command line and, at a place in a tsconfig.json, its options. At a place in the code they are
 * findings: `noUnusedLocals` is TS6133.
 */
function isProjectError(code: string): boolean {
  const number = Number(code)
  return (number >= 5000 && number < 7000) || (number >= 18000 && number < 18010)
}
