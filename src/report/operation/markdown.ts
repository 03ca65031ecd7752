import type { OperationEvidence } from "../../domain/index.ts"
import { MarkdownBudget, summaryLimit } from "../markdown-budget.ts"
import { escapeMarkdown as md } from "../text.ts"
import { figure, marks } from "../words.ts"
import { factsOf, imageRows, loadSummaryText, outcomeMarks, overrideOf, stepMarks, titleOf } from "./words.ts"

/** An operation for a job summary: at most 1 MiB, with a note where something was left out. */
export function operationMarkdown(evidence: OperationEvidence, limit: number = summaryLimit): string {
  const page = new MarkdownBudget(limit)
  const blocks = [head, steps, images, smoke, load, diagnosis, unreadable]
  const omitted = blocks.filter((block) => !page.add(...block(evidence))).length
  if (omitted > 0) page.note("\nParts of this report are left out here; report.json has them all.")
  return page.toString()
}

function head(evidence: OperationEvidence): readonly string[] {
  const { report } = evidence
  const lines = [`## ${outcomeMarks[report.outcome]} ${md(titleOf(report))}: ${report.outcome}`, ""]
  const override = overrideOf(evidence)
  if (override !== undefined) lines.push("> [!CAUTION]", `> **${md(override)}**`, "")
  if (report.cause !== null) lines.push(`Cause: ${md(report.cause)}`, "")
  if (report.error?.detail.next !== undefined) lines.push(`Next: ${md(report.error.detail.next)}`, "")
  return [...lines, ...factsOf(evidence).map(([term, value]) => `- ${term}: ${md(value)}`)]
}

function steps({ report }: OperationEvidence): readonly string[] {
  if (report.steps.length === 0) return []
  const rows = report.steps.map(
    (step) =>
      `| ${stepMarks[step.state]} ${step.state} | ${md(step.title)} | ${figure(step.seconds)} s | ${md(step.note ?? "", 500)} |`,
  )
  return ["", "### Steps", "", "| State | Step | Time | Note |", "| --- | --- | --- | --- |", ...rows]
}

function images({ report }: OperationEvidence): readonly string[] {
  const rows = imageRows(report).map((row) => `| ${row.map((cell) => md(cell)).join(" | ")} |`)
  if (rows.length === 0) return []
  return ["", "### Images", "", "| Component | Before | After |", "| --- | --- | --- |", ...rows]
}

function smoke({ smoke }: OperationEvidence): readonly string[] {
  if (smoke === undefined) return []
  const rows = smoke.cases.map(
    ({ name, passed, seconds, message = "" }) =>
      `| ${passed ? "✓ passed" : "✗ failed"} | ${md(name)} | ${figure(seconds)} s | ${md(message, 500)} |`,
  )
  const title = `### Smoke tests: ${marks[smoke.verdict]} ${smoke.verdict}`
  return ["", title, "", "| State | Test | Time | Why |", "| --- | --- | --- | --- |", ...rows]
}

function load(evidence: OperationEvidence): readonly string[] {
  const { load } = evidence
  if (load === undefined) return []
  const rows = load.objectives.map(
    ({ name, passed, measured }) => `| ${passed ? "✓ met" : "✗ missed"} | ${md(name)} | ${md(measured)} |`,
  )
  const title = `### Load test: ${marks[load.verdict]} ${load.verdict}`
  const table =
    rows.length === 0 ? [] : ["", "| State | Objective | Measured |", "| --- | --- | --- |", ...rows]
  return ["", title, "", md(loadSummaryText(evidence) ?? ""), ...table]
}

function diagnosis({ diagnosis }: OperationEvidence): readonly string[] {
  if (diagnosis === undefined) return []
  const pods = diagnosis.pods.map((pod) => `| ${md(pod.name)} | ${md(pod.state)} | ${pod.restarts} |`)
  const events = diagnosis.events.slice(-20).map((event) => `- ${md(event, 500)}`)
  return [
    ...["", "### Why it failed", "", `First cause: ${md(diagnosis.cause)}`],
    ...(pods.length === 0 ? [] : ["", "| Pod | State | Restarts |", "| --- | --- | --- |", ...pods]),
    ...(events.length === 0 ? [] : ["", "Newest events:", "", ...events]),
  ]
}

function unreadable({ unreadable = [] }: OperationEvidence): readonly string[] {
  return unreadable.length === 0
    ? []
    : ["", ...unreadable.map((file) => `- could not be read: ${md(file, 500)}`)]
}
