import { z } from "zod"
import type { ToolFinding } from "../../domain/index.ts"
import type { FindingReport } from "./findings.ts"
import { readJson, sourcePath } from "./read.ts"
import type { ReportedComponent } from "./report.ts"

const position = z.looseObject({ line: z.int().min(0), character: z.int().min(0) })

const report = z.looseObject({
  generalDiagnostics: z.array(
    z.looseObject({
      file: z.string().default(""),
      severity: z.enum(["error", "warning", "information"]),
      message: z.string(),
      range: z.looseObject({ start: position }).optional(),
      rule: z.string().optional(),
    }),
  ),
  summary: z.looseObject({ filesAnalyzed: z.int().min(0), errorCount: z.int().min(0) }),
})

/** What `pyright --outputjson` prints; its lines and columns begin with 0. @throws OUTPUT_UNREADABLE */
export function readPyright(text: string, component: ReportedComponent): FindingReport {
  const { generalDiagnostics, summary } = readJson("pyright", text, report)
  const findings = generalDiagnostics.map((one): ToolFinding => {
    const start = one.range?.start
    const place = start === undefined ? {} : { line: start.line + 1, column: start.character + 1 }
    return {
      rule: one.rule ?? "pyright",
      severity: one.severity === "error" ? "high" : "info",
      message: one.message,
      ...(one.file === ""
        ? {}
        : { location: { file: sourcePath(component.path, component.workdir, one.file), ...place } }),
      component: component.name,
      subject: one.message,
    }
  })
  const errors = generalDiagnostics.filter(({ severity }) => severity === "error").length
  const problems =
    summary.errorCount > errors ? [`it counts ${summary.errorCount} errors and names ${errors}`] : []
  return { findings, problems, files: summary.filesAnalyzed, suppressed: 0 }
}
