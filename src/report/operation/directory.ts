import type { OperationEvidence } from "../../domain/index.ts"
import { prettyJson } from "../text.ts"
import { operationHtml } from "./html.ts"
import { operationJUnit } from "./junit.ts"
import { operationMarkdown } from "./markdown.ts"
import { readEvidence } from "./read.ts"

export function operationJson(evidence: OperationEvidence): string {
  return prettyJson({ schemaVersion: 1, ...evidence })
}

/** The report in every format, by file name: what `operation reports` exports beside the driver's own files. */
export function operationDirectory(evidence: OperationEvidence): Readonly<Record<string, string>> {
  return {
    "report.json": operationJson(evidence),
    "report.md": operationMarkdown(evidence),
    "report.html": operationHtml(evidence),
    "junit.xml": operationJUnit(evidence),
  }
}

/**
 * The same from an operation's own files; also for an operation whose driver was killed before it wrote its report.
 * @param texts the text files by path.
 * @throws OUTPUT_UNREADABLE when neither a report nor a journal is among them.
 */
export function operationFiles(texts: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return operationDirectory(readEvidence(texts))
}
