import { type Finding, fingerprint, type GateReportData } from "../../domain/index.ts"
import { prettyJson } from "../text.ts"
import { databaseSentence } from "../words.ts"

/**
 * The whole report for machines. Beside what was decided, each finding carries its fingerprint (what a waiver must
 * match) and each gate with a database the sentence that may be quoted.
 */
export function toJson(report: GateReportData): string {
  const gates = report.gates.map((gate) => {
    const sentence = databaseSentence(gate)
    return {
      ...gate,
      ...(sentence === undefined ? {} : { known: sentence }),
      findings: gate.findings.map(identified),
    }
  })
  return prettyJson({ ...report, gates })
}

function identified(finding: Finding): Finding & { readonly fingerprint: string } {
  return { ...finding, fingerprint: fingerprint(finding) }
}
