import { z } from "zod"
import type { ToolFinding } from "../../domain/index.ts"
import type { FindingReport } from "./findings.ts"
import { sourcePath } from "./read.ts"
import { type ReportedComponent, unreadableReport } from "./report.ts"

const message = z.looseObject({
  file: z.string(),
  line: z.int(),
  column: z.int(),
  message: z.string(),
  hint: z.string().nullish(),
  code: z.string().nullish(),
  severity: z.enum(["error", "note"]),
})

/** What some versions print about a run in one line, beside its messages. */
const summary =
  /^(?:Success: no issues found in (\d+) source files?|Found \d+ errors? in \d+ files? \((?:checked (\d+) source files?|errors prevented further checking)\))$/
/** A file or a setting that stops it, which it tells in words. */
const trouble = /^(?:mypy: )?\S.*: error: .*$|^mypy: .+$/

/**
 * What `mypy --output json` prints (1.11 or later): one message a line. A note explains the error before it.
 * @throws OUTPUT_UNREADABLE
 */
export function readMypy(text: string, component: ReportedComponent): FindingReport {
  const findings: ToolFinding[] = []
  const problems: string[] = []
  let files: number | null = null
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === "") continue
    const [told, clean, checked] = summary.exec(line) ?? []
    if (told !== undefined)
      files = clean === undefined && checked === undefined ? null : Number(clean ?? checked)
    else if (line.startsWith("{")) findings.push(finding(line, component))
    else if (trouble.test(line)) problems.push(line.trim())
    else throw unreadableReport("mypy-json", `${line.slice(0, 80)} is no message`)
  }
  // It counts errors by their text form, and ends with 1 for whatever it has printed.
  return { findings, problems, files, suppressed: 0, notesEndWith1: true }
}

function finding(line: string, component: ReportedComponent): ToolFinding {
  const told = message.safeParse(parsed(line))
  if (!told.success) throw unreadableReport("mypy-json", z.prettifyError(told.error))
  const { file, line: row, column, message: text, hint, code, severity } = told.data
  return {
    rule: code ?? "mypy",
    severity: severity === "error" ? "high" : "info",
    message: hint ? `${text} (${hint})` : text,
    location: {
      file: sourcePath(component.path, component.workdir, file.replace(/^\.\//, "")),
      // Where it knows no place, it says -1; its columns begin with 0.
      ...(row < 1 ? {} : { line: row, ...(column < 0 ? {} : { column: column + 1 }) }),
    },
    component: component.name,
    subject: text,
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw unreadableReport("mypy-json", `${line.slice(0, 80)} is cut off`, cause)
  }
}
