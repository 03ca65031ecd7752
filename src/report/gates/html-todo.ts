import { type Finding, type GateReportData, type GateResult, isWarning } from "../../domain/index.ts"
import { escapeHtml as html } from "../text.ts"
import { count, place } from "../words.ts"
import { anchor } from "./html-gate.ts"
import { inOrder, mostImportantFirst } from "./order.ts"

/** As many things as somebody begins with. */
const shownSteps = 8

/** What to do next, the most important first; nothing where nothing blocks and nothing warns. */
export function whatToDo(report: GateReportData): readonly string[] {
  const open = mostImportantFirst(report.gates).filter(
    (gate) => gate.changes === undefined && hasNotPassed(gate),
  )
  const steps = open.flatMap(stepsOf)
  const stale = report.staleWaivers.map(({ id }) => `Remove or correct the waiver ${html(id)}.`)
  const all = [...steps, ...stale]
  if (all.length === 0) return []
  const shown = all.slice(0, shownSteps).map((step) => `<li>${step}</li>`)
  const more = all.length - shown.length
  return [
    "<h2>What to do</h2>",
    "<ol>",
    ...shown,
    "</ol>",
    ...(more === 0 ? [] : [`<p>${count(more, "more step")} below, gate by gate.</p>`]),
  ]
}

const hasNotPassed = ({ verdict }: GateResult): boolean => ["fail", "error", "inconclusive"].includes(verdict)

function stepsOf(gate: GateResult): readonly string[] {
  const link = `<a href="#${html(anchor(gate))}">${html(gate.title ?? gate.gate)}</a>`
  const aside = isWarning(gate) ? " (does not block)" : ""
  const { errors = [] } = gate
  const findings = inOrder({ ...gate, baseline: { known: [], gone: 0 } }).filter(
    ({ severity }) => severity !== "info",
  )
  const untold = findings.length + errors.length === 0 ? [gate.summary] : []
  return [
    ...findings.map((finding) => `${link}${aside}: ${stepOf(finding)}`),
    ...[...errors, ...untold].map((error) => `${link}${aside}: could not be judged: ${html(error)}`),
  ]
}

function stepOf(finding: Finding): string {
  const { location, component } = finding
  const where =
    location === undefined && component === undefined ? "" : `<code>${html(place(finding))}</code> `
  const what = finding.fix === undefined ? finding.message : `${finding.message} Fix: ${finding.fix}`
  return `${where}${html(what)}`
}
