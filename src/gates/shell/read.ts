import { z } from "zod"
import type { Severity, ToolFinding } from "../../domain/index.ts"
import { fileOf, type LinterForm } from "../engine/tree-tool/read.ts"
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
      column: z.int(),
      level: z.enum(["error", "warning", "info", "style"]),
      code: z.int().min(1000).max(9999),
      message: z.string(),
    }),
  ),
})

type Comment = z.output<typeof report>["comments"][number]

/**
 * It could not read on: "Parsing stopped here", "Fix any mentioned problems and try again"; of 1071, it does not take the first line for
 * that of a shell that it knows, and has read nothing.
 */
const unparsed: readonly number[] = [1070, 1071, 1072, 1088, 1089]

/** The JSON of `shellcheck --format json1`. */
export const shellcheck: LinterForm = {
  name: "shellcheck",
  read(text) {
    const { comments } = readJson("shellcheck", text, report)
    return {
      findings: comments.filter(({ code }) => !unparsed.includes(code)).map(finding),
      unread: comments.filter(({ code }) => unparsed.includes(code)).map(finding),
    }
  },
  hasFindings: (exitCode) => exitCode === 1,
}

function finding({ file, line, column, level, code, message }: Comment): ToolFinding {
  return {
    rule: `SC${code}`,
    severity: severityOf[level],
    message,
    location: { file: fileOf(file), ...(line < 1 ? {} : { line }), ...(column < 1 ? {} : { column }) },
    help: `https://www.shellcheck.net/wiki/SC${code}`,
    subject: message,
  }
}
