import type { Finding, Severity } from "./finding.ts"
import { severities } from "./finding.ts"
import type { GateReportData } from "./gate-result.ts"
import type { Verdict } from "./verdict.ts"

/** One gate of an earlier release, as its stored report has it. */
export interface EarlierGate {
  readonly gate: string
  readonly verdict: Verdict
  /** How many findings count of each severity. */
  readonly findings: Readonly<Partial<Record<Severity, number>>>
  readonly figures: Readonly<Record<string, number>>
}

/** What the evidence of an earlier release says of its gates: what a report is compared with, and judged by in no way. */
export interface EarlierRelease {
  /** Without `v`. */
  readonly version: string
  /** RFC 3339 full-date on which its record was made. */
  readonly date: string
  readonly gates: readonly EarlierGate[]
  /** Gates whose stored report is not there, or is not the one that the record names: nothing of it counts. */
  readonly unread: readonly string[]
}

/** A number then and now. */
export interface TrendLine {
  readonly what: "findings" | "covered" | "size"
  /** The severity, or the component. */
  readonly name: string
  /** Undefined: that release did not have it. */
  readonly before: number | undefined
  /** Undefined: it is no longer there. */
  readonly now: number | undefined
}

export interface Trend {
  readonly lines: readonly TrendLine[]
  /** Gates that have judged at one of both times only: their findings are in neither number. */
  readonly notCompared: readonly string[]
}

const judged: readonly Verdict[] = ["pass", "fail", "waived"]
/** Figures of any gate that are worth a line: lines that are covered, and bytes of an image, each behind its component. */
const shown = [
  { what: "covered", suffix: "Percent" },
  { what: "size", suffix: "Bytes" },
] as const

/** How a report compares with an earlier release; undefined where the call gave none. */
export function trendOf({ gates, earlier }: Pick<GateReportData, "gates" | "earlier">): Trend | undefined {
  if (earlier === undefined) return undefined
  const old = earlier.gates.filter(({ verdict }) => judged.includes(verdict))
  const today = gates.filter(({ verdict, changes }) => judged.includes(verdict) && changes === undefined)
  const both = today.filter(({ gate }) => old.some((one) => one.gate === gate))
  const names = new Set(both.map(({ gate }) => gate))
  const compared = old.filter(({ gate }) => names.has(gate))
  // What the base of --since has, too, is there all the same.
  const findings = both.flatMap((one) => [...one.findings, ...(one.baseline?.known ?? [])])
  const bySeverity = severities.map((severity): TrendLine => {
    const sum = compared.reduce((total, one) => total + (one.findings[severity] ?? 0), 0)
    return { what: "findings", name: severity, before: sum, now: countOf(findings, severity) }
  })
  const figures = shown.flatMap(({ what, suffix }) => {
    const [was, is] = [figuresOf(old), figuresOf(today)]
    const keys = new Set([...Object.keys(was), ...Object.keys(is)])
    return [...keys]
      .filter((key) => key.endsWith(suffix) && key.length > suffix.length)
      .sort()
      .map((key): TrendLine => {
        return { what, name: key.slice(0, -suffix.length), before: valueIn(was, key), now: valueIn(is, key) }
      })
  })
  const all = new Set(
    [...gates.filter((one) => one.changes === undefined), ...earlier.gates].map(({ gate }) => gate),
  )
  return {
    lines: [...bySeverity.filter((one) => (one.before ?? 0) + (one.now ?? 0) > 0), ...figures],
    notCompared: [...new Set([...[...all].filter((gate) => !names.has(gate)), ...earlier.unread])].sort(),
  }
}

function countOf(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((one) => one.severity === severity).length
}

type Figures = Readonly<Record<string, number>>

const figuresOf = (gates: readonly { readonly figures: Figures }[]): Figures =>
  Object.fromEntries(gates.flatMap(({ figures }) => Object.entries(figures)))

function valueIn(figures: Figures, key: string): number | undefined {
  return Object.hasOwn(figures, key) ? figures[key] : undefined
}
