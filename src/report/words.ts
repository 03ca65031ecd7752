import type { Finding, GateReportData, GateResult, Severity, ToolIdentity, Verdict } from "../domain/index.ts"
import { isWarning, severities } from "../domain/index.ts"
import { oneLine } from "./text.ts"

/** A mark beside the word, for a quick look; never instead of it. */
export const marks: Readonly<Record<Verdict, string>> = {
  pass: "✓",
  fail: "✗",
  error: "!",
  inconclusive: "?",
  skipped: "–",
  waived: "~",
}

/** What a verdict means, for the page's legend and for screen readers. */
export const meanings: Readonly<Record<Verdict, string>> = {
  pass: "judged, without a finding that blocks",
  fail: "judged, and refused",
  error: "could not be judged: nothing is known, so nothing passes",
  inconclusive: "judged on too little to decide",
  skipped: "not judged: it does not apply here, or is switched off with a reason",
  waived: "passes because somebody answers for its findings until a date",
}

/** Beside the verdict of a gate that is not required, where it would have blocked. */
export const warning = {
  mark: "⚠",
  word: "warning",
  meaning: "this gate is not required here: what it says blocks nothing, and is not clean",
} as const

/** `✓ pass`, or `⚠ warning: fail` for a gate that is not required. */
export function verdictWords(gate: GateResult): string {
  return isWarning(gate)
    ? `${warning.mark} ${warning.word}: ${gate.verdict}`
    : `${marks[gate.verdict]} ${gate.verdict}`
}

/** `pass, 2 warnings, 1 skipped`: a report with warnings is never called by its verdict alone. */
export function reportWords({ verdict, gates }: GateReportData): string {
  const warnings = gates.filter(isWarning).length
  const skipped = gates.filter((gate) => gate.verdict === "skipped").length
  return [
    verdict,
    ...(warnings === 0 ? [] : [count(warnings, "warning")]),
    ...(skipped === 0 || verdict === "skipped" ? [] : [`${figure(skipped)} skipped`]),
  ].join(", ")
}

/** `lint (fail), vulnerabilities (error)`; undefined where no gate warns. */
export function warningGates(gates: readonly GateResult[]): string | undefined {
  const found = gates.filter(isWarning).map(({ gate, verdict }) => `${gate} (${verdict})`)
  return found.length === 0 ? undefined : found.join(", ")
}

/**
 * What a clean or not so clean look into a database proves. Never "no vulnerabilities": only that none of those that
 * this database knew on that day was found.
 */
export function databaseSentence(gate: GateResult): string | undefined {
  const { database } = gate
  if (database === undefined) return undefined
  const known = database.entries === undefined ? "those" : `${database.entries}`
  const source = `${oneLine(database.name)} of ${oneLine(database.date)}`
  if (gate.verdict === "error" || gate.verdict === "skipped") return `not looked up in ${source}`
  const found = distinctRules(gate.findings)
  const waived = distinctRules(gate.waived.map((one) => one.finding))
  const count = found === 0 ? "none" : `${found}`
  const aside = waived === 0 ? "" : `, ${waived} waived`
  return `${count} of ${known} known in ${source}${aside}`
}

function distinctRules(findings: readonly Finding[]): number {
  return new Set(findings.map((finding) => finding.rule)).size
}

export function toolName(tool: ToolIdentity): string {
  return oneLine(`${tool.name} ${tool.version}`)
}

/** `src/a.ts:12:3`, as editors open it. */
export function place(finding: Finding): string {
  const { location } = finding
  if (location === undefined) return finding.component ?? ""
  const line = location.line === undefined ? "" : `:${location.line}`
  const column = location.line === undefined || location.column === undefined ? "" : `:${location.column}`
  return `${location.file}${line}${column}`
}

/** `2 critical, 1 low`. */
export function severityCounts(findings: readonly Finding[]): string {
  const counts = new Map<Severity, number>()
  for (const { severity } of findings) counts.set(severity, (counts.get(severity) ?? 0) + 1)
  return severities
    .filter((severity) => counts.has(severity))
    .map((severity) => `${counts.get(severity)} ${severity}`)
    .join(", ")
}

/** Thousands apart, at most two decimals. */
export function figure(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 })
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${figure(number)} ${number === 1 ? one : many}`
}
