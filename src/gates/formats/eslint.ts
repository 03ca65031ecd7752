import { z } from "zod"
import type { ToolFinding } from "../../domain/index.ts"
import { readJson, sourcePath } from "./read.ts"

const message = z.object({
  ruleId: z.string().nullable(),
  severity: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  message: z.string(),
  line: z.number().optional(),
  column: z.number().optional(),
  fatal: z.boolean().optional(),
  suppressions: z.array(z.object({ justification: z.string().optional() })).optional(),
})

const report = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(message),
    errorCount: z.int().min(0).default(0),
    suppressedMessages: z.array(message).default([]),
  }),
)

export interface EslintResult {
  readonly findings: readonly ToolFinding[]
  /** Files of which it counts more errors than it names. */
  readonly problems: readonly string[]
  /** Files that it checked. */
  readonly files: number
  /** Files that it was given, and ignored. */
  readonly ignored: number
  /** Rules switched off by comments in the code: unlike waivers they have no owner, so they are listed. */
  readonly suppressed: number
}

/**
 * Output of `eslint --format json`. Errors refuse, warnings and suppressed errors are reported.
 * @throws OUTPUT_UNREADABLE
 */
export function readEslint(
  text: string | undefined,
  component: { path: string; workdir: string; name: string },
): EslintResult {
  const files = readJson("eslint", text, report)
  const findings: ToolFinding[] = []
  const problems: string[] = []
  let suppressed = 0
  const ignored = files.filter(({ messages }) => messages.some(isIgnored)).length
  for (const { filePath, messages, suppressedMessages, errorCount } of files) {
    const file = sourcePath(component.path, component.workdir, filePath)
    const named = messages.filter(({ severity }) => severity === 2).length
    if (errorCount > named) problems.push(`${file}: it counts ${errorCount} errors and names ${named}`)
    for (const one of messages) findings.push(finding(one, file, component.name))
    for (const one of suppressedMessages) {
      suppressed += 1
      const reported = finding(one, file, component.name)
      findings.push({
        ...reported,
        severity: "info",
        message: `switched off in the code: ${reported.message}`,
      })
    }
  }
  return { findings, problems, files: files.length - ignored, ignored, suppressed }
}

/** ESLint tells of a file that it did not look at by a warning without rule and place. */
function isIgnored(one: z.output<typeof message>): boolean {
  const { ruleId, fatal, line } = one
  return ruleId === null && fatal !== true && line === undefined && one.message.startsWith("File ignored")
}

function finding(one: z.output<typeof message>, file: string, component: string): ToolFinding {
  const line = one.line === undefined || one.line < 1 ? {} : { line: one.line }
  const column = one.column === undefined || one.column < 1 ? {} : { column: one.column }
  return {
    rule: one.ruleId ?? (one.fatal === true ? "parse-error" : "eslint"),
    severity: one.severity === 2 ? "high" : "info",
    message: one.message,
    location: { file, ...line, ...column },
    component,
    subject: one.message,
  }
}
