import { z } from "zod"
import type { Severity, ToolFinding } from "../../domain/index.ts"
import { fileOf, type LinterForm } from "../engine/tree-tool/read.ts"
import { shellcheckStops } from "../engine/tree-tool/shellcheck-stops.ts"
import { readJson } from "../formats/read.ts"

const severityOf = { error: "high", warning: "medium", info: "low", style: "info" } as const satisfies Record<
  string,
  Severity
>

const report = z.array(
  z.object({
    code: z.string().regex(/^(?:DL|SC)\d{4}$/),
    file: z.string().min(1),
    line: z.int(),
    column: z.int(),
    level: z.enum(["error", "warning", "info", "style"]),
    message: z.string(),
  }),
)

type Entry = z.output<typeof report>[number]

/** It could not be parsed: no other rule was applied to the file. The others are ShellCheck's, over one RUN. */
const unparsed: readonly string[] = ["DL1000", ...shellcheckStops]

/** The JSON of `hadolint --failure-threshold style --format json`. Rules SC… are ShellCheck's, over what RUN says. */
export const hadolint: LinterForm = {
  name: "hadolint",
  read(text) {
    const entries = readJson("hadolint", text, report)
    return {
      findings: entries.filter(({ code }) => !unparsed.includes(code)).map(finding),
      unread: entries.filter(({ code }) => unparsed.includes(code)).map((entry) => finding(withHint(entry))),
    }
  },
  hasFindings: (exitCode) => exitCode === 1,
}

/** Docker needs no empty line after a here-document, and hadolint 2.15.1 does. */
function withHint(entry: Entry): Entry {
  if (!entry.message.includes("expecting a new line followed by the next instruction")) return entry
  return { ...entry, message: `${entry.message} (after a here-document, hadolint needs an empty line)` }
}

function finding({ code, file, line, column, level, message }: Entry): ToolFinding {
  return {
    rule: code,
    severity: severityOf[level],
    message: message.replaceAll(/\s*\n\s*/g, " "),
    location: { file: fileOf(file), ...(line < 1 ? {} : { line }), ...(column < 1 ? {} : { column }) },
    help: code.startsWith("DL")
      ? `https://github.com/hadolint/hadolint/wiki/${code}`
      : `https://www.shellcheck.net/wiki/${code}`,
    subject: message,
  }
}
