import {
  compareFindings,
  type Finding,
  type GateReportData,
  type GateResult,
  isWarning,
  verdicts,
} from "../../domain/index.ts"
import { badge, definitionList, htmlTable, page } from "../page.ts"
import { escapeHtml as html } from "../text.ts"
import {
  count,
  databaseSentence,
  figure,
  marks,
  meanings,
  place,
  reportWords,
  severityCounts,
  toolName,
  warning,
  warningGates,
} from "../words.ts"

/** More rows than this make a page that no browser likes. */
const maxRows = 2000

/** The report as one page: verdict first, then each gate with its grounds. */
export function toHtml(report: GateReportData): string {
  return page(`Gates of ${report.project}: ${reportWords(report)}`, [
    `<h1>${badge(report.verdict, marks[report.verdict])} Gates of ${html(report.project)}</h1>`,
    `<p>${html(meanings[report.verdict])}.</p>`,
    definitionList([
      ["Judged on", html(report.date)],
      ["Context", html(report.context)],
      ["Gates", String(report.gates.length)],
    ]),
    ...notes(report),
    overview(report.gates),
    ...report.gates.flatMap(section),
    ...waivers(report),
    legend(report.gates),
  ])
}

function notes(report: GateReportData): readonly string[] {
  const warnings = warningGates(report.gates)
  return [
    ...(report.partial
      ? ["Partial: not every gate that applies was judged. This is no evidence for a release."]
      : []),
    ...(warnings === undefined ? [] : [`Not clean, but not required for ${report.context}: ${warnings}.`]),
  ].map((text) => `<p class="note">${html(text)}</p>`)
}

/** The gate's verdict; for one that is not required, that it is a warning. */
function verdictBadge(gate: GateResult): string {
  const verdict = badge(gate.verdict, marks[gate.verdict])
  return isWarning(gate) ? `${badge(warning.word, warning.mark)} ${verdict}` : verdict
}

function overview(gates: readonly GateResult[]): string {
  const rows = gates.map((gate) => [
    `<a href="#${html(anchor(gate))}">${html(gate.gate)}</a>`,
    verdictBadge(gate),
    html(gate.summary),
    html(severityCounts(gate.findings) || "0"),
    html(gate.tools.map(toolName).join(", ")),
  ])
  return htmlTable("All gates", ["Gate", "Verdict", "Why", "Findings", "Tool"], rows)
}

function anchor(gate: GateResult): string {
  return `gate-${gate.gate.replace(/[^a-z0-9-]/gi, "-")}`
}

function section(gate: GateResult): readonly string[] {
  const known = databaseSentence(gate)
  const facts: (readonly [string, string])[] = [
    ...(known === undefined ? [] : [["Database", html(known)] as const]),
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
    `<p>${html(gate.summary)}</p>`,
    definitionList(facts),
    ...findings(gate),
    ...cases(gate),
    ...rawReports(gate),
  ]
}

function findings(gate: GateResult): readonly string[] {
  if (gate.findings.length === 0) return []
  const worst = gate.findings.toSorted(compareFindings)
  const shown = worst.slice(0, maxRows)
  const columns = ["Severity", "Where", "Rule", "What", "Cure"]
  return [
    htmlTable(count(worst.length, "finding"), columns, shown.map(findingRow)),
    ...omitted(worst.length - shown.length),
  ]
}

function findingRow(finding: Finding): readonly string[] {
  const help =
    finding.help !== undefined && /^https:\/\/[^\s]+$/.test(finding.help) ? finding.help : undefined
  const rule = html(finding.rule)
  return [
    badge(finding.severity, ""),
    `<code>${html(place(finding))}</code>`,
    help === undefined ? rule : `<a href="${html(help)}" rel="noreferrer">${rule}</a>`,
    `${html(finding.message)}<br><code>${html(finding.subject)}</code>`,
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
  const failed = all.filter((one) => one.state === "failed")
  if (failed.length === 0) return []
  const rows = failed
    .slice(0, maxRows)
    .map((one) => [html(one.name), `<code>${html(one.file)}</code>`, `<pre>${html(one.message ?? "")}</pre>`])
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
  const table = htmlTable("What the tools wrote", ["File", "Digest"], rows)
  return [`<details><summary>Raw reports (${rows.length})</summary>`, table, "</details>"]
}

function waivers(report: GateReportData): readonly string[] {
  const used = report.gates.flatMap((gate) =>
    gate.waived.map(({ finding, waiver }) =>
      [
        waiver.id,
        `${gate.gate} ${finding.rule} ${finding.subject}`,
        waiver.owner,
        waiver.reason,
        waiver.expires,
      ].map(html),
    ),
  )
  const stale = report.staleWaivers.map(({ id, why }) => [html(id), html(why)])
  return [
    ...(used.length === 0
      ? []
      : [
          "<h2>Waived</h2>",
          htmlTable("Let through", ["Waiver", "Finding", "Owner", "Reason", "Until"], used),
        ]),
    ...(stale.length === 0
      ? []
      : ["<h2>Waivers to remove</h2>", htmlTable("Stale", ["Waiver", "Why"], stale)]),
  ]
}

function legend(gates: readonly GateResult[]): string {
  const used = verdicts.filter((verdict) => gates.some((gate) => gate.verdict === verdict))
  const entries = [
    ...used.map((verdict) => [verdict, html(meanings[verdict])] as const),
    ...(gates.some(isWarning) ? [[warning.word, html(warning.meaning)] as const] : []),
  ]
  return `<h2>What the words mean</h2>\n${definitionList(entries)}`
}
