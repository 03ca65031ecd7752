import { type Digest, sha256 } from "./digest.ts"

export const severities = ["critical", "high", "medium", "low", "info"] as const
export type Severity = (typeof severities)[number]

export interface Location {
  /** Path relative to the source root, forward slashes. */
  readonly file: string
  /** 1-based; absent when the tool names a file only. */
  readonly line?: number
  readonly column?: number
}

/** A number that lies beyond a limit. */
export interface Measured {
  readonly value: number
  /** Which side of the value is the better one: coverage should be high, an image small. */
  readonly better: "higher" | "lower"
  /** `%`, `MB`. */
  readonly unit: string
}

/** Rule of a system without security updates: no advisory of a database, but the reason why there are none. */
export const endOfLifeRule = "system-end-of-life"

/** One thing a tool objects to, in the same shape for every tool. */
export interface Finding {
  /** The gate that reports it: `lint`, `secrets`, `vulnerabilities`… */
  readonly gate: string
  /** The tool's own rule id: `TS2322`, `generic-api-key`, `CVE-…`. */
  readonly rule: string
  readonly severity: Severity
  /** One line for a person; secrets redacted. */
  readonly message: string
  readonly location?: Location
  /** The component that it belongs to; absent where none can be named. */
  readonly component?: string
  /** What fixes it: a fixed version, a command, an edit. */
  readonly fix?: string
  /** Where the rule is explained. */
  readonly help?: string
  /**
   * What identifies the finding when its line changes: package@version, the flagged text, the commit.
   * Part of its identity instead of the line number.
   */
  readonly subject: string
  /**
   * What was measured, where the finding is a number beyond a limit: its identity stays the same however bad it gets, so
   * that a waiver must say which number it accepts. Default: it is no number.
   */
  readonly measured?: Measured
}

/** A finding as the reader of a tool's report creates it; the gate engine adds gate and component. */
export type ToolFinding = Omit<Finding, "gate">

/** Identity of a finding across runs: gate, rule, file and subject; never the line. Waivers match exactly one. */
export function fingerprint(finding: Finding): Digest {
  return sha256([finding.gate, finding.rule, finding.location?.file ?? "", finding.subject].join("\0"))
}

/** Order for people: severity, then file, line and rule. Stable for equal input. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    compareText(a.location?.file ?? "", b.location?.file ?? "") ||
    (a.location?.line ?? 0) - (b.location?.line ?? 0) ||
    compareText(a.rule, b.rule) ||
    compareText(a.subject, b.subject)
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
