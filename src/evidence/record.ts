import {
  contentDigest,
  type GateEvidence,
  type GateReportData,
  type GateResult,
  isRequired,
  parseVersion,
  type ReleaseImage,
  type ReleaseRecord,
  SignalboxError,
  toJson,
  type WaiverUse,
} from "../domain/index.ts"

/** What a record is made of; everything is read before, nothing is looked up here. */
export interface RecordParts {
  readonly project: string
  readonly version: string
  readonly source: ReleaseRecord["source"]
  readonly images: readonly ReleaseImage[]
  readonly chart: ReleaseRecord["chart"]
  readonly gates: GateReportData
  readonly builder: ReleaseRecord["builder"]
  /** RFC 3339 date-time. */
  readonly created: string
}

/**
 * The release record of a build whose required gates passed.
 * @throws POLICY_REFUSED when the gates did not pass, were partial, or when there is nothing to release.
 */
export function makeRecord(parts: RecordParts): ReleaseRecord {
  const { gates } = parts
  if (gates.partial)
    throw refused("the gate report is partial (--only or --skip)", "judge every gate that applies")
  if (gates.verdict !== "pass" && gates.verdict !== "waived")
    throw refused(`the gates say ${gates.verdict}`, "mend what the gate report names, then release again")
  if (parts.images.length === 0)
    throw refused("there is no image to release", "name components in signalbox.yaml")
  return {
    schemaVersion: 1,
    project: parts.project,
    version: parseVersion(parts.version),
    source: parts.source,
    images: [...parts.images].sort((a, b) => (a.component < b.component ? -1 : 1)),
    chart: parts.chart,
    ...evidenceOf(gates),
    builder: parts.builder,
    created: parts.created,
  }
}

/** What a record repeats of a gate report: also what warned and what was skipped, so that nobody takes it for passed. */
export function evidenceOf({ gates }: GateReportData): Pick<ReleaseRecord, "gates" | "waivers"> {
  return {
    gates: gates.map(gateEvidence),
    waivers: gates.flatMap((gate) => gate.waived.map((one): WaiverUse => one.waiver)),
  }
}

/** A gate's verdict with the digest of its whole result, which is kept beside the record. */
export function gateEvidence(gate: GateResult): GateEvidence {
  return {
    gate: gate.gate,
    ...(isRequired(gate) ? {} : { required: false }),
    verdict: gate.verdict,
    summary: gate.summary,
    tools: gate.tools,
    ...(gate.database === undefined ? {} : { database: gate.database }),
    reportDigest: contentDigest(toJson(gate)),
  }
}

function refused(why: string, next: string): SignalboxError {
  return new SignalboxError("POLICY_REFUSED", { what: "no release record is made", why, next })
}
