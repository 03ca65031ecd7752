import {
  countSeverities,
  type Finding,
  type GateContextName,
  type GateReportData,
  type GateResult,
  reportVerdict,
  securityRefusal,
  securityScore,
  securityScoreName,
  severities,
} from "../../domain/index.ts"
import type { SecurityScoreSettings } from "./security-score/settings.ts"

interface Judged {
  readonly settings: SecurityScoreSettings
  isSecurity(gate: string): boolean
  /** Whether the caller has left out gates or components, or what was known before. */
  readonly isPart: boolean
  /** What the gates of the same tree that were left out have found before. Absent where that is not known. */
  readonly beside?: readonly GateResult[] | undefined
}

/**
 * A report with the security score of what its security gates have found, waived findings excluded. Where one of them has
 * not judged all of it there is no score but an error; what has already been found to be critical refuses all the same. A
 * report of a part has none, unless it is known what the other gates have found: it would be that of the part.
 */
export function withSecurityScore(
  data: GateReportData,
  { settings, isSecurity, isPart, beside }: Judged,
): GateReportData {
  if (isPart && beside === undefined) return data
  const others = (beside ?? []).filter((one) => isOther(one, data))
  const gates = [...data.gates.filter(({ gate }) => isSecurity(gate)), ...others]
  const missing = (data.notJudged ?? []).filter(({ gate }) => isSecurity(gate))
  if (gates.length + missing.length === 0) return data
  const result = scored(gates, missing, settings, data.context)
  const all = [...data.gates, result]
  return { ...data, verdict: reportVerdict(all), gates: all }
}

/** Another security gate: not the score itself, no list of changes of the policy, and none that has just judged. */
function isOther({ gate, kind, changes }: GateResult, { gates }: GateReportData): boolean {
  if (kind !== "security" || gate === securityScoreName || changes !== undefined) return false
  return !gates.some((one) => one.gate === gate)
}

function scored(
  gates: readonly GateResult[],
  missing: NonNullable<GateReportData["notJudged"]>,
  { threshold, required }: SecurityScoreSettings,
  context: GateContextName,
): GateResult {
  const base = {
    ...{ gate: securityScoreName, title: "Security score", kind: "security" as const },
    ...(required.includes(context) ? {} : { required: false }),
    ...{ tools: [], findings: [], waived: [], reports: {} },
  }
  const open = [...missing.map(({ gate, why }) => `${gate}: ${why}`), ...gates.flatMap(unjudged)]
  const judged = gates.filter(({ verdict }) => verdict !== "skipped")
  const counts = countSeverities(eachOnce(judged.map(({ findings }) => findings)))
  const refusal = securityRefusal(counts, threshold)
  if (open.length > 0) {
    const why = open.join("; ").replaceAll(/\s*\n\s*/g, " | ")
    const ended =
      counts.critical > 0
        ? ({ verdict: "fail", summary: `${refusal}; could not be judged: ${why}` } as const)
        : ({
            verdict: "error",
            summary: `no security score, because not everything was judged: ${why}`,
          } as const)
    return { ...base, ...ended, errors: open, figures: {} }
  }
  if (judged.length === 0)
    return { ...base, required: false, verdict: "skipped", summary: "no security gate applies", figures: {} }
  const score = securityScore(counts)
  const found = severities.filter((one) => counts[one] > 0).map((one) => [one, counts[one]] as const)
  return {
    ...base,
    verdict: refusal === undefined ? "pass" : "fail",
    summary: refusal ?? `security score ${score.toFixed(1)} of 100 (threshold ${threshold.toFixed(1)})`,
    figures: { score, threshold, ...Object.fromEntries(found) },
  }
}

/**
 * What two gates find under one name in one file is one finding, such as a vulnerability of a locked package: the graver counts. What
 * one gate finds several times stands several times.
 */
function eachOnce(gates: readonly (readonly Finding[])[]): readonly Finding[] {
  const found = new Map<string, Finding[]>()
  for (const [at, findings] of gates.entries())
    for (const [key, own] of Map.groupBy(findings, (one, index) => identityOf(one, `${at}.${index}`))) {
      const before = found.get(key) ?? []
      found.set(key, before.length === 0 ? own : graver(before, own))
    }
  return [...found.values()].flat()
}

/** Without a file, nothing says that it is the same as another gate's. */
function identityOf({ rule, location, subject }: Finding, place: string): string {
  return [rule, location?.file ?? place, subject].join("\0")
}

/** As often as the gate says that has it more often, each as grave as either says. */
function graver(some: readonly Finding[], others: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding) => severities.indexOf(severity)
  const [more, less] = some.length >= others.length ? [some, others] : [others, some]
  const [worst] = [...less].sort((a, b) => rank(a) - rank(b))
  return more.map((one) => (worst !== undefined && rank(worst) < rank(one) ? worst : one))
}

/** Why a gate has not judged all of it. */
function unjudged({ gate, verdict, errors = [], summary }: GateResult): readonly string[] {
  if (errors.length > 0) return errors.map((why) => `${gate}: ${why}`)
  return verdict === "error" || verdict === "inconclusive" ? [`${gate}: ${summary}`] : []
}
