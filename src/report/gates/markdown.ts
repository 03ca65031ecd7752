import { compareFindings, type Finding, type GateReportData, type GateResult } from "../../domain/index.ts"
import { MarkdownBudget, summaryLimit } from "../markdown-budget.ts"
import { baselineText, scopeText } from "../scope.ts"
import { escapeMarkdown as md } from "../text.ts"
import {
  assumedText,
  changesText,
  count,
  databaseSummary,
  effectText,
  gateVerdictText,
  marks,
  notJudgedTexts,
  place,
  policyText,
  reportVerdictText,
  severityCounts,
  staleText,
  toolName,
  waiverReason,
  warningGates,
} from "../words.ts"
import { mostImportantFirst } from "./order.ts"
import { trendTexts } from "./trend.ts"

/** Row limit per gate: a summary with more rows is no longer read. */
const maxRows = 200

/** For a job summary, a pull request or a terminal: at most 1 MiB, with a note about what was left out. */
export function toMarkdown(report: GateReportData, limit: number = summaryLimit): string {
  const page = new MarkdownBudget(limit)
  page.add(...head(report), ...(report.gates.length === 0 ? [] : table(report.gates)))
  let omitted = addAssumed(page, report)
  omitted += addTrend(page, report)
  for (const gate of report.gates) omitted += addChanges(page, gate)
  const gates = mostImportantFirst(report.gates)
  for (const gate of gates) omitted += addFindings(page, gate)
  for (const gate of gates) omitted += addFailedCases(page, gate)
  omitted += addWaived(page, report)
  for (const gate of report.gates) omitted += addKnown(page, gate)
  if (omitted > 0)
    page.note(`\n${count(omitted, "line is", "lines are")} left out here; report.json has them all.`)
  return page.toString()
}

function head(report: GateReportData): readonly string[] {
  const { project, verdict, context, date, partial } = report
  const lines = [
    `## ${marks[verdict]} Gates of ${md(project)}: ${reportVerdictText(report)}`,
    "",
    `Context ${context}, ${md(date)}.`,
  ]
  const scope = scopeText(report.affected)
  if (scope !== undefined) lines.push("", `**Affected:** ${md(scope)}`)
  const baseline = baselineText(report)
  if (baseline !== undefined) lines.push("", `**New:** ${md(baseline)}`)
  if (partial && baseline === undefined)
    lines.push(
      "",
      "**Partial:** not every gate that applies was run. This report is no evidence for a release.",
    )
  for (const text of notJudgedTexts(report)) lines.push("", `**Not judged:** ${md(text)}.`)
  const policy = policyText(report)
  if (policy !== undefined) lines.push("", md(policy))
  const assumed = assumedText(report)
  if (assumed !== undefined) lines.push("", `**Assumed:** ${md(assumed)}`)
  for (const { why, gates } of warningGates(report)) lines.push("", `**${why}:** ${md(gates)}.`)
  return [...lines, ""]
}

function table(gates: readonly GateResult[]): readonly string[] {
  return [
    "| Gate | Verdict | Why | Findings | Tool |",
    "| --- | --- | --- | --- | --- |",
    ...gates.map((gate) => {
      const database = databaseSummary(gate)
      const why = database === undefined ? gate.summary : `${gate.summary}; ${database}`
      const tools = gate.tools.map(toolName).join(", ")
      const { changes } = gate
      const found = changes === undefined ? severityCounts(gate.findings) : count(changes.length, "setting")
      const name = changes === undefined ? gate.gate : (gate.title ?? gate.gate)
      return `| ${md(name)} | ${gateVerdictText(gate)} | ${md(why, 600)} | ${found || "0"} | ${md(tools)} |`
    }),
  ]
}

/** What nobody has written, before anything that was judged by it. */
function addAssumed(page: MarkdownBudget, { assumed = [] }: GateReportData): number {
  const head = ["", "### Assumed", "", "| Setting | Value | Because |", "| --- | --- | --- |"]
  const rows = assumed.map(
    ({ setting, value, because }) => `| ${md(setting, 300)} | ${md(value, 300)} | ${md(because, 300)} |`,
  )
  return addRows(page, head, rows)
}

/** What has become of the numbers since an earlier release. */
function addTrend(page: MarkdownBudget, report: GateReportData): number {
  const trend = trendTexts(report)
  if (trend === undefined) return 0
  const { title, columns, rows, note } = trend
  const head = ["", `### ${md(title)}`, "", `| ${columns.join(" | ")} |`, "| --- | ---: | ---: | ---: |"]
  const omitted = addRows(
    page,
    head,
    rows.map((row) => `| ${row.map((cell) => md(cell, 300)).join(" | ")} |`),
  )
  if (note !== undefined) page.add("", md(note))
  return omitted
}

/** Returns how many rows did not fit. */
function addRows(page: MarkdownBudget, head: readonly string[], rows: readonly string[]): number {
  if (rows.length === 0) return 0
  if (!page.add(...head)) return rows.length
  const shown = rows.slice(0, maxRows)
  const fitting = shown.findIndex((row) => !page.add(row))
  return rows.length - (fitting === -1 ? shown.length : fitting)
}

/** Both values whole: cut to the same beginning, a change could not be seen. */
const maxValue = 4000

/** What the tree's own policy has otherwise, before anything that was judged by the base's. */
function addChanges(page: MarkdownBudget, gate: GateResult): number {
  const { title = gate.gate, changes = [] } = gate
  const header = [
    "",
    `### ${md(title)}`,
    "",
    md(changesText(gate) ?? ""),
    "",
    "| Setting | On the base | Here | Effect |",
    "| --- | --- | --- | --- |",
  ]
  const cell = (value: string | null) => (value === null ? "not set" : md(value, maxValue))
  const rows = changes.map(
    (one) => `| ${md(one.path, maxValue)} | ${cell(one.from)} | ${cell(one.to)} | ${md(effectText(one))} |`,
  )
  return addRows(page, header, rows)
}

const findingColumns = ["| Severity | Where | Rule | What | Fix |", "| --- | --- | --- | --- | --- |"]

function addFindings(page: MarkdownBudget, gate: GateResult): number {
  if (gate.changes !== undefined) return 0
  const title = `### ${md(gate.gate)}: ${count(gate.findings.length, "finding")}`
  const header = ["", title, "", ...findingColumns]
  const worst = gate.findings.toSorted(compareFindings)
  const rows = worst.slice(0, maxRows).map(findingRow)
  return addRows(page, header, rows) + worst.length - rows.length
}

/** What does not count because the base has it, too: after all that somebody has to do something about. */
function addKnown(page: MarkdownBudget, { gate, baseline }: GateResult): number {
  if (baseline === undefined) return 0
  const { known, unjudged } = baseline
  const asked = [
    "",
    `### ${md(gate)}: the base could not be judged, or not all of it`,
    "",
    `What was not found there counts as new: ${md(unjudged ?? "")}`,
  ]
  const omitted = unjudged === undefined || page.add(...asked) ? 0 : 1
  const header = [
    "",
    `### ${md(gate)}: ${count(known.length, "finding")} known before`,
    "",
    ...findingColumns,
  ]
  const rows = known.slice(0, maxRows).map(findingRow)
  return omitted + addRows(page, header, rows) + known.length - rows.length
}

function findingRow(finding: Finding): string {
  const { severity, rule, message, fix = "" } = finding
  return `| ${severity} | ${md(place(finding), 300)} | ${md(rule, 200)} | ${md(message, 500)} | ${md(fix, 300)} |`
}

function addFailedCases(page: MarkdownBudget, gate: GateResult): number {
  const failed = (gate.cases ?? []).filter(({ state }) => state === "failed")
  const title = `### ${md(gate.gate)}: ${count(failed.length, "failed test")}`
  const rows = failed.map(
    ({ file, name, message = "" }) => `| ${md(file, 300)} | ${md(name, 300)} | ${md(message, 500)} |`,
  )
  return addRows(page, ["", title, "", "| File | Test | Why |", "| --- | --- | --- |"], rows)
}

function addWaived(page: MarkdownBudget, report: GateReportData): number {
  const rows = report.gates.flatMap((gate) =>
    gate.waived.map(({ finding, waiver }) => {
      const what = `${gate.gate} ${finding.rule} ${finding.subject}`
      return `| ${md(waiver.id)} | ${md(what, 300)} | ${md(waiver.owner)} | ${md(waiverReason(waiver))} | ${md(waiver.expires)} |`
    }),
  )
  const header = [
    "",
    "### Waived",
    "",
    "| Waiver | Finding | Owner | Reason | Until |",
    "| --- | --- | --- | --- | --- |",
  ]
  const stale = report.staleWaivers.map((one) => `- ${md(one.id)}: ${md(staleText(one), 300)}`)
  return addRows(page, header, rows) + addRows(page, ["", "### Waivers to remove or correct", ""], stale)
}
