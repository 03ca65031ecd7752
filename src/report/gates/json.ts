import { type Finding, fingerprint, type GateReportData } from "../../domain/index.ts"
import { prettyJson } from "../text.ts"
import { databaseSummary } from "../words.ts"

/**
 * The whole report as JSON. In addition to the results, each finding has its fingerprint, which a waiver must match, and
 * each gate with a database has the summary of its lookup (`known`).
 */
export function toJson(report: GateReportData): string {
  const gates = report.gates.map((gate) => {
    const known = databaseSummary(gate)
    return {
      ...gate,
      ...(known === undefined ? {} : { known }),
      findings: gate.findings.map(withFingerprint),
      ...(gate.baseline === undefined
        ? {}
        : { baseline: { ...gate.baseline, known: gate.baseline.known.map(withFingerprint) } }),
    }
  })
  return prettyJson({ ...report, gates })
}

function withFingerprint(finding: Finding): Finding & { readonly fingerprint: string } {
  return { ...finding, fingerprint: fingerprint(finding) }
}
