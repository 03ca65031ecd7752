import { type GateReportData, type GateResult, isWarning, verdicts } from "../../domain/index.ts"
import { badge, definitionList, htmlTable, page } from "../page.ts"
import { baselineText, scopeText } from "../scope.ts"
import { escapeHtml as html } from "../text.ts"
import {
  assumedText,
  marks,
  notJudgedTexts,
  policyText,
  reportVerdictText,
  severityCounts,
  staleText,
  toolName,
  verdictMeanings,
  waiverReason,
  warning,
  warningGates,
} from "../words.ts"
import type { SourceFiles } from "./excerpt.ts"
import { filterOf } from "./html-filter.ts"
import { anchor, section, verdictBadge } from "./html-gate.ts"
import { whatToDo } from "./html-todo.ts"
import { mostImportantFirst } from "./order.ts"
import { trendTexts } from "./trend.ts"

/**
 * The report as one page: the verdict, what to do, an overview, then each gate with its evidence, what blocks first.
 * @param files of the source, as `filesToShow` names them. Default: none, and no lines are shown.
 */
export function toHtml(report: GateReportData, files: SourceFiles = new Map()): string {
  const filter = filterOf(report)
  const body = [
    `<h1>${badge(report.verdict, marks[report.verdict])} Gates of ${html(report.project)}</h1>`,
    `<p>${html(verdictMeanings[report.verdict])}.</p>`,
    definitionList([
      ["Date", html(report.date)],
      ["Context", html(report.context)],
      ["Gates", html(`${report.gates.length}: ${reportVerdictText(report)}`)],
    ]),
    ...notes(report),
    ...whatToDo(report),
    "<h2>Overview</h2>",
    overview(report.gates),
    ...trend(report),
    ...assumptions(report),
    ...filter.inputs,
    ...mostImportantFirst(report.gates).flatMap((gate) => section(gate, { filter, files })),
    ...waivers(report),
    legend(report.gates),
  ]
  return page(`Gates of ${report.project}: ${reportVerdictText(report)}`, body, filter.style)
}

function notes(report: GateReportData): readonly string[] {
  const policy = policyText(report)
  const assumed = assumedText(report)
  const scope = scopeText(report.affected)
  const baseline = baselineText(report)
  return [
    ...(baseline === undefined ? [] : [baseline]),
    ...(scope === undefined ? [] : [scope]),
    ...(policy === undefined ? [] : [policy]),
    ...(assumed === undefined ? [] : [assumed]),
    ...(report.partial && baseline === undefined
      ? ["Partial: not every gate that applies was run. This report is no evidence for a release."]
      : []),
    ...notJudgedTexts(report).map((text) => `Not judged: ${text}.`),
    ...warningGates(report).map(({ why, gates }) => `${why}: ${gates}.`),
  ].map((text) => `<p class="note">${html(text)}</p>`)
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

/** What has become of the numbers since an earlier release. */
function trend(report: GateReportData): readonly string[] {
  const texts = trendTexts(report)
  if (texts === undefined) return []
  const { title, columns, rows, note } = texts
  return [
    `<h2>${html(title)}</h2>`,
    htmlTable(
      "Then and now",
      columns,
      rows.map((row) => row.map(html)),
    ),
    ...(note === undefined ? [] : [`<p class="note">${html(note)}</p>`]),
  ]
}

function assumptions({ assumed }: GateReportData): readonly string[] {
  if (assumed === undefined) return []
  const rows = assumed.map(({ setting, value, because }) => [setting, value, because].map(html))
  return [
    "<h2>Assumed</h2>",
    htmlTable("Settings that nobody has written", ["Setting", "Value", "Because"], rows),
  ]
}

function waivers(report: GateReportData): readonly string[] {
  const used = report.gates.flatMap((gate) =>
    gate.waived.map(({ finding, waiver }) =>
      [
        waiver.id,
        `${gate.gate} ${finding.rule} ${finding.subject}`,
        waiver.owner,
        waiverReason(waiver),
        waiver.expires,
      ].map(html),
    ),
  )
  const stale = report.staleWaivers.map((one) => [html(one.id), html(staleText(one))])
  return [
    ...(used.length === 0
      ? []
      : [
          "<h2>Waived</h2>",
          htmlTable("Findings covered by a waiver", ["Waiver", "Finding", "Owner", "Reason", "Until"], used),
        ]),
    ...(stale.length === 0
      ? []
      : ["<h2>Waivers to remove or correct</h2>", htmlTable("Stale", ["Waiver", "Why"], stale)]),
  ]
}

function legend(gates: readonly GateResult[]): string {
  const used = verdicts.filter((verdict) => gates.some((gate) => gate.verdict === verdict))
  const entries = [
    ...used.map((verdict) => [verdict, html(verdictMeanings[verdict])] as const),
    ...(gates.some(isWarning) ? [[warning.word, html(warning.meaning)] as const] : []),
  ]
  return `<h2>What the verdicts mean</h2>\n${definitionList(entries)}`
}
