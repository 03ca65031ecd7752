import { type Finding, type GateReportData, severities } from "../../domain/index.ts"
import { escapeHtml as html } from "../text.ts"
import { inOrder } from "./order.ts"

/** More components than somebody would choose from. */
const mostComponents = 50

/** By what the findings of a page can be filtered: without a script, by inputs that its style reads. */
export interface Filter {
  /** The inputs; empty where there is nothing to choose. */
  readonly inputs: readonly string[]
  readonly style: string
  /** What a row of a finding says of itself. */
  attributes(finding: Finding): string
}

export function filterOf({ gates }: GateReportData): Filter {
  const findings = gates.filter(({ changes }) => changes === undefined).flatMap(inOrder)
  const used = severities.filter((severity) => findings.some((finding) => finding.severity === severity))
  const named = new Set(findings.flatMap(({ component }) => (component === undefined ? [] : [component])))
  const components = [...named].sort().slice(0, mostComponents)
  const numbers = new Map(components.map((component, index) => [component, index]))
  return {
    inputs: [
      ...(used.length < 2 ? [] : [bySeverity(used)]),
      ...(components.length < 2 ? [] : [byComponent(components)]),
    ],
    style: [
      ...used.map((one) => `body:has(#s-${one}:not(:checked)) tr[data-severity=${one}]{display:none}`),
      ...components.map(
        (_, index) =>
          `body:has(#c-${index}:checked) tr[data-component]:not([data-component="${index}"]){display:none}`,
      ),
    ].join("\n"),
    attributes: ({ severity, component }) => {
      const number = component === undefined ? undefined : numbers.get(component)
      return ` data-severity="${severity}" data-component="${number ?? ""}"`
    },
  }
}

function bySeverity(used: readonly string[]): string {
  const boxes = used.map((one) => `<label><input type="checkbox" id="s-${one}" checked> ${one}</label>`)
  return `<fieldset class="filter"><legend>Show severities</legend>${boxes.join("")}</fieldset>`
}

function byComponent(components: readonly string[]): string {
  const all = '<label><input type="radio" name="component" id="c-all" checked> all</label>'
  const one = components.map(
    (name, index) => `<label><input type="radio" name="component" id="c-${index}"> ${html(name)}</label>`,
  )
  return `<fieldset class="filter"><legend>Show findings of</legend>${[all, ...one].join("")}</fieldset>`
}
