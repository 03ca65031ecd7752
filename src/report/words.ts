import type {
  Finding,
  GateReportData,
  GateResult,
  PolicyChange,
  PolicyIdentity,
  Severity,
  StaleWaiver,
  ToolIdentity,
  Verdict,
  WaiverUse,
} from "../domain/index.ts"
import { endOfLifeRule, isRequired, isWarning, severities } from "../domain/index.ts"
import { oneLine } from "./text.ts"

/** A symbol next to the verdict's name, never instead of it. */
export const marks: Readonly<Record<Verdict, string>> = {
  pass: "✓",
  fail: "✗",
  error: "!",
  inconclusive: "?",
  skipped: "–",
  waived: "~",
}

/** What a verdict means, of a gate and of a whole report: the legend of the HTML report. */
export const verdictMeanings: Readonly<Record<Verdict, string>> = {
  pass: "no finding blocks",
  fail: "at least one finding blocks",
  error: "a tool could not run or its result could not be read, which never counts as passed",
  inconclusive: "too little data for a decision",
  skipped: "not run: it does not apply here, or is switched off with a reason",
  waived: "every blocking finding is covered by a waiver that has not expired",
}

/** Marks a gate that did not pass and blocks nothing. */
export const warning = {
  mark: "⚠",
  word: "warning",
  meaning:
    "this gate did not pass and does not block: it is not required here, or its findings only warn (onFail)",
} as const

/** `✓ pass`, or `⚠ warning: fail` for a gate that blocks nothing. */
export function gateVerdictText(gate: GateResult): string {
  if (gate.changes !== undefined) return policyVerdictText(gate)
  return isWarning(gate)
    ? `${warning.mark} ${warning.word}: ${gate.verdict}`
    : `${marks[gate.verdict]} ${gate.verdict}`
}

/** Nothing was judged that could have failed: settings differ. */
function policyVerdictText(gate: GateResult): string {
  return isWarning(gate) ? `${warning.mark} ${warning.word}: changed` : `${marks.pass} stricter`
}

/** What a change of a setting does to whoever is held against it. */
export function effectText({ stricter }: PolicyChange): string {
  return stricter === true ? "stricter" : "may let more through"
}

/** What becomes of changes of the policy; undefined where there are none. */
export function changesText(gate: GateResult): string | undefined {
  if (gate.changes === undefined) return undefined
  const stricter = gate.changes.some((one) => one.stricter === true)
    ? " A stricter setting is a change like any other: it is reviewed and approved with the rest."
    : ""
  return `${gate.summary}. A change counts for everybody once it is merged, or where the hash of this tree's policy is approved.${stricter}`
}

/** `gates 3/8: lint ✗ fail, 12.3 s`: one line while the others run. */
export function progressText(gate: GateResult, seconds: number, done: number, of: number): string {
  return oneLine(`gates ${done}/${of}: ${gate.gate} ${gateVerdictText(gate)}, ${seconds.toFixed(1)} s`)
}

/** `pass, 2 warnings, 1 skipped`: a report with warnings never shows its verdict alone. */
export function reportVerdictText({ verdict, gates, notJudged = [] }: GateReportData): string {
  const warnings = gates.filter(isWarning).length
  const skipped = gates.filter((gate) => gate.verdict === "skipped").length
  return [
    verdict,
    ...(warnings === 0 ? [] : [count(warnings, "warning")]),
    ...(notJudged.length === 0 ? [] : [`${figure(notJudged.length)} not judged`]),
    ...(skipped === 0 || verdict === "skipped" ? [] : [`${figure(skipped)} skipped`]),
  ].join(", ")
}

/** Gates that did not pass and block nothing: why, and which, as `lint (fail), vulnerabilities (error)`. */
export function warningGates({
  context,
  gates,
}: Pick<GateReportData, "context" | "gates">): readonly { readonly why: string; readonly gates: string }[] {
  // Changes of the policy are no gate that did not pass: they have a section of their own.
  const judged = gates.filter((gate) => gate.changes === undefined && isWarning(gate))
  const [warned, others] = [judged.filter(isRequired), judged.filter((gate) => !isRequired(gate))]
  return [
    { why: `Did not pass, but not required for ${context}`, all: others },
    { why: "Did not pass, but only warns (onFail)", all: warned },
  ].flatMap(({ why, all }) =>
    all.length === 0
      ? []
      : [{ why, gates: all.map(({ gate, verdict }) => `${gate} (${verdict})`).join(", ") }],
  )
}

/**
 * What a lookup in an advisory database has shown. Never "no vulnerabilities": only how many of those that the database
 * listed on its date were found.
 */
export function databaseSummary(gate: GateResult): string | undefined {
  const { database } = gate
  if (database === undefined) return undefined
  const entries = database.entries === undefined ? "those" : `${database.entries}`
  const source = `${oneLine(database.name)} of ${oneLine(database.date)}`
  if (gate.verdict === "error" || gate.verdict === "skipped") return `not looked up in ${source}`
  const before = gate.baseline?.known ?? []
  const found = distinctRules([...gate.findings, ...before])
  const waived = distinctRules(gate.waived.map(({ finding }) => finding))
  const count = found === 0 ? "none" : `${found}`
  const known = distinctRules(before)
  const aside = `${known === 0 ? "" : `, ${known} known before`}${waived === 0 ? "" : `, ${waived} waived`}`
  return `${count} of ${entries} known in ${source}${aside}`
}

function distinctRules(findings: readonly Finding[]): number {
  return new Set(findings.map(({ rule }) => rule).filter((rule) => rule !== endOfLifeRule)).size
}

/** Its reason, with what it says besides: that the tool is wrong, or the number that it accepts. */
export function waiverReason({ reason, falsePositive, accepts }: WaiverUse): string {
  const notes = [
    ...(falsePositive === true ? ["false positive"] : []),
    ...(accepts === undefined ? [] : [`accepts ${accepts}`]),
  ]
  return oneLine(notes.length === 0 ? reason : `${reason} (${notes.join(", ")})`)
}

/** `unused`; `term-too-long: it holds until 9999-12-31; …` */
export function staleText({ why, detail }: StaleWaiver): string {
  return oneLine(detail === undefined ? why : `${why}: ${detail}`)
}

export function toolName(tool: ToolIdentity): string {
  const script = tool.script === undefined ? "" : ` (by ${tool.script})`
  return oneLine(`${tool.name} ${tool.version}${script}`)
}

/** Gates of which nothing is known, one sentence each. */
export function notJudgedTexts({ notJudged = [] }: GateReportData): readonly string[] {
  return notJudged.map(({ gate, why }) => `${gate}: ${why}`)
}

/** What follows for a tree without signalbox.yaml; undefined where it has one. */
export function assumedText({ assumed }: GateReportData): string | undefined {
  if (assumed === undefined) return undefined
  return "There is no signalbox.yaml: what the application consists of is assumed. No evidence for a release. init writes the file."
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

/** A number with thousands separators and at most two decimals. */
export function figure(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 })
}

export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${figure(number)} ${number === 1 ? singular : plural}`
}

/** Which policy judged; undefined in reports of earlier versions. */
export function policyText({ policy }: GateReportData): string | undefined {
  if (policy === undefined) return undefined
  const text = judgedBy(policy)
  return policy.extends === undefined ? text : `${text} It extends ${policy.extends}.`
}

function judgedBy(policy: PolicyIdentity): string {
  const from = `${policy.ref ?? "commit"} at ${(policy.commit ?? "").slice(0, 12)}`
  switch (policy.source) {
    case "base":
      return `Held against the policy of ${from}.`
    case "approved":
      return `Held against this tree's own policy, approved as ${policy.hash}; the base is ${from}.`
    case "first":
      return `Held against its own policy: ${from} has no signalbox.yaml yet. No evidence for a protected environment.`
    case "own":
      return `Held against its own policy: ${policy.why ?? "no base revision is known"}. No evidence for a protected environment.`
  }
}
