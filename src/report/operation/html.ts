import type { OperationEvidence } from "../../domain/index.ts"
import { badge, definitionList, htmlTable, page } from "../page.ts"
import { escapeHtml as html } from "../text.ts"
import { figure, marks } from "../words.ts"
import { factsOf, imageRows, loadSummaryText, outcomeMarks, overrideOf, stepMarks, titleOf } from "./words.ts"

/**
 * An operation as one page: outcome, cause, steps, tests and diagnosis. It is made of evidence in a registry, which others
 * may write: whatever its type says, each value may be any text.
 */
export function operationHtml(evidence: OperationEvidence): string {
  const { report } = evidence
  const title = titleOf(report)
  const override = overrideOf(evidence)
  return page(`${title}: ${report.outcome}`, [
    `<h1>${badge(report.outcome, outcomeMarks[report.outcome])} ${html(title)}</h1>`,
    ...(override === undefined ? [] : [`<p class="note override"><strong>${html(override)}</strong></p>`]),
    ...(report.cause === null ? [] : [`<p class="note">${html(report.cause)}</p>`]),
    ...(report.error?.detail.next === undefined ? [] : [`<p>Next: ${html(report.error.detail.next)}</p>`]),
    definitionList(factsOf(evidence).map(([term, value]) => [term, html(value)])),
    ...steps(evidence),
    ...images(evidence),
    ...smoke(evidence),
    ...load(evidence),
    ...diagnosis(evidence),
    ...(evidence.unreadable ?? []).map((file) => `<p class="note">could not be read: ${html(file)}</p>`),
  ])
}

function steps({ report }: OperationEvidence): readonly string[] {
  const rows = report.steps.map((step) => [
    html(step.title),
    badge(step.state, stepMarks[step.state]),
    html(`${figure(step.seconds)} s`),
    html(step.note ?? ""),
  ])
  if (rows.length === 0) return []
  return ["<h2>Steps</h2>", htmlTable("In execution order", ["Step", "State", "Time", "Note"], rows)]
}

function images({ report }: OperationEvidence): readonly string[] {
  const rows = imageRows(report).map(([name, ...digests]) => [
    html(name),
    ...digests.map((digest) => `<code>${html(digest)}</code>`),
  ])
  if (rows.length === 0) return []
  return ["<h2>Images</h2>", htmlTable("As reported by the pods", ["Component", "Before", "After"], rows)]
}

function smoke({ smoke }: OperationEvidence): readonly string[] {
  if (smoke === undefined) return []
  const rows = smoke.cases.map(({ name, passed, seconds, message = "" }) => [
    html(name),
    passed ? badge("pass", "✓") : badge("fail", "✗"),
    html(`${figure(seconds)} s`),
    html(message),
  ])
  const title = `<h2>Smoke tests ${badge(smoke.verdict, marks[smoke.verdict])}</h2>`
  return [title, htmlTable(`${rows.length} tests`, ["Test", "State", "Time", "Why"], rows)]
}

function load(evidence: OperationEvidence): readonly string[] {
  const { load } = evidence
  if (load === undefined) return []
  const rows = load.objectives.map(({ name, passed, measured }) => [
    html(name),
    passed ? badge("pass", "✓") : badge("fail", "✗"),
    html(measured),
  ])
  return [
    `<h2>Load test ${badge(load.verdict, marks[load.verdict])}</h2>`,
    `<p>${html(loadSummaryText(evidence) ?? "")}</p>`,
    ...(rows.length === 0 ? [] : [htmlTable("Objectives", ["Objective", "State", "Measured"], rows)]),
  ]
}

function diagnosis({ diagnosis }: OperationEvidence): readonly string[] {
  if (diagnosis === undefined) return []
  const pods = diagnosis.pods.map((pod) => [html(pod.name), html(pod.state), html(String(pod.restarts))])
  const logs = Object.entries(diagnosis.logs).flatMap(([name, text]) => [
    `<details><summary>${html(name)}</summary>`,
    `<pre>${html(text)}</pre>`,
    "</details>",
  ])
  return [
    "<h2>Why it failed</h2>",
    `<p>${html(diagnosis.cause)}</p>`,
    ...(pods.length === 0 ? [] : [htmlTable("Pods", ["Pod", "State", "Restarts"], pods)]),
    ...(diagnosis.events.length === 0
      ? []
      : ["<h3>Events</h3>", `<pre>${html(diagnosis.events.join("\n"))}</pre>`]),
    ...logs,
  ]
}
