import {
  compareFindings,
  type Finding,
  type GateResult,
  isWarning,
  type PolicyChange,
} from "../../domain/index.ts"
import { badge, definitionList, htmlTable } from "../page.ts"
import { escapeHtml as html } from "../text.ts"
import {
  changesText,
  count,
  databaseSummary,
  effectText,
  figure,
  marks,
  place,
  toolName,
  warning,
} from "../words.ts"

import { excerpt, type SourceFiles } from "./excerpt.ts"
import type { Filter } from "./html-filter.ts"

/** Row limit of a table, because browsers slow down on longer pages. */
const maxRows = 2000

/** The gate's verdict, marked as a warning where the gate blocks nothing. */
export function verdictBadge(gate: GateResult): string {
  if (gate.changes !== undefined)
    return isWarning(gate) ? badge(warning.word, warning.mark) : badge("stricter", marks.pass)
  const verdict = badge(gate.verdict, marks[gate.verdict])
  return isWarning(gate) ? `${badge(warning.word, warning.mark)} ${verdict}` : verdict
}

/** Id of a gate's section on the page. */
export function anchor(gate: GateResult): string {
  return `gate-${gate.gate.replace(/[^a-z0-9-]/gi, "-")}`
}

/** What the page shows of findings beside themselves. */
export interface Shown {
  readonly filter: Filter
  readonly files: SourceFiles
}

/** One gate with its evidence: tools, findings, failed tests and the tools' reports. */
export function section(gate: GateResult, shown: Shown): readonly string[] {
  const database = databaseSummary(gate)
  const facts: (readonly [string, string])[] = [
    ...(database === undefined ? [] : [["Database", html(database)] as const]),
    ...gate.tools.map(
      (tool) =>
        [
          "Tool",
          html(tool.image === undefined ? toolName(tool) : `${toolName(tool)}, ${tool.image}`),
        ] as const,
    ),
    ...Object.entries(gate.figures).map(([name, value]) => [name, html(figure(value))] as const),
  ]
  return [
    `<h2 id="${html(anchor(gate))}">${html(gate.title ?? gate.gate)} ${verdictBadge(gate)}</h2>`,
    `<p>${html(changesText(gate) ?? gate.summary)}</p>`,
    definitionList(facts),
    ...(gate.changes === undefined ? findings(gate, shown) : changed(gate.changes)),
    ...cases(gate),
    ...knownBefore(gate, shown),
    ...rawReports(gate),
  ]
}

function changed(changes: readonly PolicyChange[]): readonly string[] {
  const shown = changes.slice(0, maxRows)
  const cell = (value: string | null) => (value === null ? "not set" : `<code>${html(value)}</code>`)
  const rows = shown.map((one) => [html(one.path), cell(one.from), cell(one.to), html(effectText(one))])
  return [
    htmlTable(count(changes.length, "setting"), ["Setting", "On the base", "Here", "Effect"], rows),
    ...omitted(changes.length - shown.length),
  ]
}

function findings(gate: GateResult, shown: Shown): readonly string[] {
  return findingTable(gate.findings.toSorted(compareFindings), shown)
}

function findingTable(all: readonly Finding[], { filter, files }: Shown): readonly string[] {
  if (all.length === 0) return []
  const rows = all.slice(0, maxRows)
  const cells = rows.map((finding) => findingRow(finding, files))
  const attributes = (row: number) => {
    const finding = rows[row]
    return finding === undefined ? "" : filter.attributes(finding)
  }
  return [
    htmlTable(count(all.length, "finding"), findingColumns, cells, attributes),
    ...omitted(all.length - rows.length),
  ]
}

/** What the base has, too. It does not count, and so it is folded. */
function knownBefore({ baseline }: GateResult, shown: Shown): readonly string[] {
  if (baseline === undefined) return []
  const { known, unjudged } = baseline
  return [
    ...(unjudged === undefined
      ? []
      : [
          `<p class="note">${html(`The base could not be judged, or not all of it; what was not found there counts as new: ${unjudged}`)}</p>`,
        ]),
    ...(known.length === 0
      ? []
      : [
          `<details><summary>Known before (${known.length})</summary>`,
          ...findingTable(known, shown),
          "</details>",
        ]),
  ]
}

const findingColumns = ["Severity", "Where", "Rule", "What", "Fix"]

function findingRow(finding: Finding, files: SourceFiles): readonly string[] {
  const help =
    finding.help !== undefined && /^https:\/\/[^\s]+$/.test(finding.help) ? finding.help : undefined
  const rule = html(finding.rule)
  return [
    badge(finding.severity, ""),
    `<code>${html(place(finding))}</code>`,
    help === undefined ? rule : `<a href="${html(help)}" rel="noreferrer">${rule}</a>`,
    `${html(finding.message)}<br><code>${html(finding.subject)}</code>${excerpt(finding, files)}`,
    html(finding.fix ?? ""),
  ]
}

function omitted(rows: number): readonly string[] {
  return rows === 0
    ? []
    : [`<p class="note">${count(rows, "more row")} left out here; report.json has them all.</p>`]
}

function cases(gate: GateResult): readonly string[] {
  const all = gate.cases ?? []
  const failed = all.filter(({ state }) => state === "failed")
  if (failed.length === 0) return []
  const rows = failed
    .slice(0, maxRows)
    .map(({ name, file, message = "" }) => [
      html(name),
      `<code>${html(file)}</code>`,
      `<pre>${html(message)}</pre>`,
    ])
  return [
    htmlTable(
      `${count(failed.length, "failed test")} of ${figure(all.length)}`,
      ["Test", "File", "Why"],
      rows,
    ),
    ...omitted(failed.length - rows.length),
  ]
}

function rawReports(gate: GateResult): readonly string[] {
  const rows = Object.entries(gate.reports).map(([name, digest]) => [
    html(name),
    `<code>${html(digest)}</code>`,
  ])
  if (rows.length === 0) return []
  const table = htmlTable("Output of the tools", ["File", "Digest"], rows)
  return [`<details><summary>Raw reports (${rows.length})</summary>`, table, "</details>"]
}
