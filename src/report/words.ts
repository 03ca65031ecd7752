import type { Finding, GateResult, Severity, ToolIdentity, Verdict } from "../domain/index.ts"
import { severities } from "../domain/index.ts"
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
  pass: "judged, and nothing stands against it",
  fail: "judged, and refused",
  error: "could not be judged: nothing is known, so nothing passes",
  inconclusive: "judged on too little to decide",
  skipped: "not asked for",
  waived: "passes because somebody answers for its findings until a date",
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
