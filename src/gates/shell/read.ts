import { z } from "zod"
import type { Severity } from "../../domain/index.ts"
import { fileOf, type LinterForm } from "../engine/tree-tool/read.ts"
import { shellcheckStops } from "../engine/tree-tool/shellcheck-stops.ts"
import type { CitedFinding } from "../engine/with-code.ts"
import { readJson } from "../formats/read.ts"

const severityOf = { error: "high", warning: "medium", info: "low", style: "info" } as const satisfies Record<
  string,
  Severity
>

const report = z.strictObject({
  comments: z.array(
    z.object({
      file: z.string().min(1),
      line: z.int(),
      endLine: z.int(),
      column: z.int(),
      level: z.enum(["error", "warning", "info", "style"]),
      code: z.int().min(1000).max(9999),
      message: z.string(),
    }),
  ),
})

type Comment = z.output<typeof report>["comments"][number]

/** The JSON of `shellcheck --format json1`. */
export const shellcheck: LinterForm = {
  name: "shellcheck",
  read(text) {
    const { comments } = readJson("shellcheck", text, report)
    const all = comments.map(finding)
    return {
      findings: all.filter(({ rule }) => !shellcheckStops.includes(rule)),
      unread: all.filter(({ rule }) => shellcheckStops.includes(rule)),
    }
  },
  hasFindings: (exitCode) => exitCode === 1,
}

function finding({ file, line, endLine, column, level, code, message }: Comment): CitedFinding {
  return {
    rule: `SC${code}`,
    severity: severityOf[level],
    message,
    location: { file: fileOf(file), ...(line < 1 ? {} : { line }), ...(column < 1 ? {} : { column }) },
    help: `https://www.shellcheck.net/wiki/SC${code}`,
    subject: message,
    last: Math.max(line, endLine),
  }
}
