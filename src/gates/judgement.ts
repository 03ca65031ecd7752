import {
  compareFindings,
  type DatabaseIdentity,
  type Digest,
  type Finding,
  type GateName,
  type GateResult,
  type Severity,
  type StaleWaiver,
  severities,
  sha256,
  type TestCase,
  type ToolIdentity,
  type Verdict,
  type Waiver,
  waive,
} from "../domain/index.ts"

/** What a gate has learned, before anybody's waiver is looked at. */
export interface Judgement {
  readonly findings: readonly Finding[]
  /** Why it could not be judged, or not all of it. Any makes the verdict an error unless something already fails. */
  readonly errors: readonly string[]
  /** One line for the case that nothing counts: what was looked at. */
  readonly summary: string
  readonly tools: readonly ToolIdentity[]
  readonly figures: Readonly<Record<string, number>>
  readonly database?: DatabaseIdentity
  readonly cases?: readonly TestCase[]
  /** What the tools wrote, by path below the gate's directory of reports. */
  readonly reports: Readonly<Record<string, string>>
  /** Severities that refuse. Default: all but info. */
  readonly failOn?: readonly Severity[]
}

export interface Concluded {
  readonly result: GateResult
  readonly stale: readonly StaleWaiver[]
}

const failByDefault: readonly Severity[] = severities.filter((severity) => severity !== "info")

/**
 * From what was learned to a verdict. Pure: the date is an input.
 * @param date RFC 3339 date on which waivers are judged.
 */
export function concludeGate(
  gate: GateName,
  judgement: Judgement,
  waivers: readonly Waiver[],
  date: string,
): Concluded {
  const { remaining, waived, stale } = waive(judgement.findings, waivers, date, [gate])
  const findings = [...remaining].sort(compareFindings)
  const failing = findings.filter(({ severity }) => (judgement.failOn ?? failByDefault).includes(severity))
  const verdict = verdictOf(failing.length, judgement.errors.length, waived.length)
  const { tools, figures, database, cases } = judgement
  const result: GateResult = {
    gate,
    verdict,
    summary: summaryOf(judgement, failing, waived.length),
    tools,
    findings,
    waived,
    figures: { ...figures, findings: findings.length },
    reports: digests(judgement.reports),
    ...(database === undefined ? {} : { database }),
    ...(cases === undefined ? {} : { cases }),
  }
  return { result, stale: verdict === "error" ? stale.filter(({ why }) => why === "expired") : stale }
}

function verdictOf(failing: number, errors: number, waived: number): Verdict {
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

/** Several components' judgements as one: everything is kept, figures are summed. */
export function mergeJudgements(parts: readonly Judgement[]): Judgement {
  const figures: Record<string, number> = {}
  for (const part of parts)
    for (const [name, value] of Object.entries(part.figures)) figures[name] = (figures[name] ?? 0) + value
  const cases = parts.flatMap((part) => part.cases ?? [])
  const first = parts.find((part) => part.database !== undefined)?.database
  const failOn = parts.find((part) => part.failOn !== undefined)?.failOn
  return {
    findings: parts.flatMap((part) => part.findings),
    errors: parts.flatMap((part) => part.errors),
    summary: parts
      .map((part) => part.summary)
      .filter((text) => text !== "")
      .join("; "),
    tools: uniqueTools(parts.flatMap((part) => part.tools)),
    figures,
    reports: Object.assign({}, ...parts.map((part) => part.reports)),
    ...(first === undefined ? {} : { database: first }),
    ...(cases.length === 0 ? {} : { cases }),
    ...(failOn === undefined ? {} : { failOn }),
  }
}

function uniqueTools(tools: readonly ToolIdentity[]): ToolIdentity[] {
  return [...new Map(tools.map((tool) => [`${tool.name}@${tool.version}`, tool])).values()]
}

/** A judgement that only says why there is none. */
export function unjudged(why: string, tools: readonly ToolIdentity[] = [], reports = {}): Judgement {
  return { findings: [], errors: [why], summary: "", tools, figures: {}, reports }
}
