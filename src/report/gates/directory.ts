import type { GateReportData } from "../../domain/index.ts"
import { toHtml } from "./html.ts"
import { toJson } from "./json.ts"
import { toJUnit } from "./junit.ts"
import { toMarkdown } from "./markdown.ts"
import { toSarif } from "./sarif.ts"

/** The report in every format, by file name: what `gates reports` exports. */
export function directory(report: GateReportData): Readonly<Record<string, string>> {
  return {
    "report.json": toJson(report),
    "report.md": toMarkdown(report),
    "report.html": toHtml(report),
    "report.sarif": toSarif(report),
    "junit.xml": toJUnit(report),
  }
}
