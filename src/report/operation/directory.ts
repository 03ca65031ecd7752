import type { OperationEvidence } from "../../domain/index.ts"
import { prettyJson } from "../text.ts"
import { operationHtml } from "./html.ts"
import { operationJUnit } from "./junit.ts"
import { operationMarkdown } from "./markdown.ts"

export function operationJson(evidence: OperationEvidence): string {
  return prettyJson({ schemaVersion: 1, ...evidence })
}

/** Every form of the report by file name: what `operation reports` exports. */
export function operationDirectory(evidence: OperationEvidence): Readonly<Record<string, string>> {
  return {
    "report.json": operationJson(evidence),
    "report.md": operationMarkdown(evidence),
    "report.html": operationHtml(evidence),
    "junit.xml": operationJUnit(evidence),
  }
}
