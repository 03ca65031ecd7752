import {
  type BaseFindings,
  type ComparedGate,
  compareFindings,
  compareWithBase,
  type Digest,
  type Finding,
  type GateResult,
  type Severity,
  type SkippedComponent,
  type StaleWaiver,
  severities,
  sha256,
  type Verdict,
  type WaivedFinding,
  type Waiver,
  type WaiverTerms,
  waive,
} from "../../domain/index.ts"
import type { CatalogueEntry } from "../catalogue.ts"
import type { Judgement } from "../gate.ts"

/** The gate that has judged, and how far its verdict goes. */
export interface JudgedGate extends Pick<CatalogueEntry, "name" | "title" | "kind"> {
  readonly required: boolean
  /** What it finds blocks nothing, although it must have judged. Default: it blocks. */
  readonly warns?: boolean
  /** Components that it did not judge. */
  readonly skipped: readonly SkippedComponent[]
  /** What it has found in the tree of a base revision, where only what is new counts. */
  readonly base?: BaseFindings | undefined
}

export interface Concluded {
  readonly result: GateResult
  readonly stale: readonly StaleWaiver[]
}

/** Default: everything but info refuses. */
const failByDefault: readonly Severity[] = ["low"]

/**
 * From what was learned to a verdict. Pure: the date is an input. Findings get the gate's name here, and nowhere else.
 * @param date RFC 3339 date on which waivers are judged.
 * @param terms how long waivers may hold. Default: that of `waive`.
 */
export function concludeGate(
  about: JudgedGate,
  judgement: Judgement,
  waivers: readonly Waiver[],
  date: string,
  terms?: WaiverTerms,
): Concluded {
  const { name: gate, title, kind, required, warns = false, skipped, base } = about
  const named = judgement.findings.map((finding) => ({ ...finding, gate }))
  const { remaining, waived, stale } = waive(named, waivers, date, [gate], terms)
  const { fresh, baseline } = sinceBase(remaining, base, waived)
  const findings = [...fresh].sort(compareFindings)
  const refuses = refusing(judgement.failOn ?? failByDefault)
  const failing = findings.filter(({ severity }) => refuses.includes(severity))
  const verdict = verdictOf(failing.length, judgement.errors.length, waived.length, warns)
  const { tools, figures, database, cases, judged } = judgement
  const result: GateResult = {
    gate,
    title,
    kind,
    ...(required ? {} : { required }),
    ...(warns ? { onFail: "warn" as const } : {}),
    verdict,
    summary: withSkipped(`${summaryOf(judgement, failing, waived.length)}${comparedText(baseline)}`, skipped),
    ...(judgement.errors.length === 0 ? {} : { errors: judgement.errors }),
    ...(skipped.length === 0 ? {} : { skipped }),
    tools,
    findings,
    waived,
    figures: { ...figures, findings: findings.length },
    reports: digests(judgement.reports),
    ...(database === undefined ? {} : { database }),
    ...(cases === undefined ? {} : { cases }),
    ...(judged === undefined ? {} : { judged }),
    ...(baseline === undefined ? {} : { baseline }),
  }
  return { result, stale: verdict === "error" ? stale.filter(({ why }) => why !== "unused") : stale }
}

/** What counts: all of it, or what the base does not have. */
function sinceBase(
  remaining: readonly Finding[],
  base: BaseFindings | undefined,
  waived: readonly WaivedFinding[],
): { readonly fresh: readonly Finding[]; readonly baseline?: ComparedGate } {
  if (base === undefined) return { fresh: remaining }
  const { fresh, known, gone } = compareWithBase(
    remaining,
    base,
    waived.map(({ finding }) => finding),
  )
  const { unjudged } = base
  const baseline = { known: [...known].sort(compareFindings), gone }
  return { fresh, baseline: unjudged === undefined ? baseline : { ...baseline, unjudged } }
}

function comparedText(baseline: ComparedGate | undefined): string {
  if (baseline === undefined) return ""
  const { known, unjudged } = baseline
  const before = known.length === 0 ? "" : `; ${known.length} known before`
  return unjudged === undefined ? before : `${before}; what the base could not be asked for counts as new`
}

/** The result of a gate that has nothing to judge. It is never required: what must be judged is refused before. */
export function skippedGate(
  { name, title, kind }: Pick<JudgedGate, "name" | "title" | "kind">,
  why: string,
  skipped: readonly SkippedComponent[],
): Concluded {
  const nothing = { tools: [], findings: [], waived: [], figures: {}, reports: {} }
  const parts = skipped.length === 0 ? {} : { skipped }
  const result: GateResult = {
    ...{ gate: name, title, kind, required: false, verdict: "skipped", summary: why },
    ...parts,
    ...nothing,
  }
  return { result, stale: [] }
}

/** `web: no script lint; api: off: linted by its own pipeline` */
export function listed(skipped: readonly SkippedComponent[]): string {
  return skipped.map(({ component, why }) => `${component}: ${why}`).join("; ")
}

/** The mildest severity named, and every graver one: `failOn: [high]` must not let critical findings through. */
function refusing(failOn: readonly Severity[]): readonly Severity[] {
  return severities.slice(0, Math.max(...failOn.map((severity) => severities.indexOf(severity))) + 1)
}

function withSkipped(summary: string, skipped: readonly SkippedComponent[]): string {
  return skipped.length === 0 ? summary : `${summary}; not judged: ${listed(skipped)}`
}

/** Findings outweigh errors, unless they block nothing: what could not be judged must not hide behind them. */
function verdictOf(failing: number, errors: number, waived: number, warns: boolean): Verdict {
  if (warns && errors > 0) return "error"
  if (failing > 0) return "fail"
  if (errors > 0) return "error"
  return waived > 0 ? "waived" : "pass"
}

function summaryOf(judgement: Judgement, failing: readonly Finding[], waived: number): string {
  const parts: string[] = []
  if (failing.length > 0) parts.push(`${countBySeverity(failing)}`)
  if (judgement.errors.length > 0) parts.push(`could not be judged: ${judgement.errors.join("; ")}`)
  if (parts.length === 0) parts.push(judgement.summary)
  if (waived > 0) parts.push(`${waived} waived`)
  return parts.join("; ").replaceAll(/\s*\n\s*/g, " | ")
}

/** `3 findings: 1 critical, 2 high` */
function countBySeverity(findings: readonly Finding[]): string {
  const counts = severities
    .map(
      (severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const,
    )
    .filter(([, count]) => count > 0)
  const total = findings.length === 1 ? "1 finding" : `${findings.length} findings`
  return `${total}: ${counts.map(([severity, count]) => `${count} ${severity}`).join(", ")}`
}

function digests(reports: Readonly<Record<string, string>>): Record<string, Digest> {
  return Object.fromEntries(Object.entries(reports).map(([name, text]) => [name, sha256(text)]))
}
