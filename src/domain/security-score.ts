import { type Severity, severities } from "./finding.ts"

/** As reports, records and signalbox.yaml call the score: it is no gate of the catalogue, because it judges what those have found. */
export const securityScoreName = "security"

/** Tenths of a point that one finding takes away: whole numbers, so that no order of adding gives another sum. */
const tenths: Readonly<Record<Severity, number>> = { critical: 300, high: 50, medium: 5, low: 1, info: 0 }

/** Findings by severity. */
export type SeverityCounts = Readonly<Record<Severity, number>>

export function countSeverities(findings: readonly { readonly severity: Severity }[]): SeverityCounts {
  return Object.fromEntries(
    severities.map((severity) => [severity, findings.filter((one) => one.severity === severity).length]),
  ) as Record<Severity, number>
}

/**
 * The security score of findings, from 100.0 down to 0.0, with one decimal: 100 less 30 for each critical finding, 5 for
 * each high one, 0.5 for each medium one and 0.1 for each low one; info takes nothing away. Without findings it is 100; a
 * further finding never raises it. So six high findings, sixty medium or three hundred low ones are 70.0.
 */
export function securityScore(counts: SeverityCounts): number {
  const lost = severities.reduce((sum, severity) => sum + tenths[severity] * counts[severity], 0)
  return Math.max(0, 1000 - lost) / 10
}

/** Why findings are refused, in the words that release engineers look for; undefined where they are not. */
export function securityRefusal(counts: SeverityCounts, threshold: number): string | undefined {
  if (counts.critical > 0) return `Security gate failed: ${counts.critical} critical findings`
  const score = securityScore(counts)
  return score < threshold ? `Security score ${score.toFixed(1)} below threshold` : undefined
}
