import type { GateReportData } from "../../domain/index.ts"
import type { SourceFiles } from "./excerpt.ts"
import { toHtml } from "./html.ts"
import { toJson } from "./json.ts"
import { toJUnit } from "./junit.ts"
import { toMarkdown } from "./markdown.ts"
import { toSarif } from "./sarif.ts"

/**
 * The report in every format, by file name: what `gates reports` exports.
 * @param files of the source, as `filesToShow` names them: the page shows lines of them. Default: none.
 */
export function directory(report: GateReportData, files?: SourceFiles): Readonly<Record<string, string>> {
  return {
    "report.json": toJson(report),
    "report.md": toMarkdown(report),
    "report.html": toHtml(report, files),
    "report.sarif": toSarif(report),
    "junit.xml": toJUnit(report),
  }
}
