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

/** Everything that a record states; nothing is looked up here. */
export interface RecordInput {
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
export function createRecord(input: RecordInput): ReleaseRecord {
  const { gates } = input
  if (gates.partial)
    throw refused("the gate report is partial (--only or --skip)", "run every gate that applies")
  if (gates.verdict !== "pass" && gates.verdict !== "waived")
    throw refused(
      `the gates ended with ${gates.verdict}`,
      "fix what the gate report names, then release again",
    )
  if (input.images.length === 0)
    throw refused("there is no image to release", "name components in signalbox.yaml")
  return {
    schemaVersion: 1,
    project: input.project,
    version: parseVersion(input.version),
    source: input.source,
    images: [...input.images].sort((a, b) => (a.component < b.component ? -1 : 1)),
    chart: input.chart,
    ...recordedEvidence(gates),
    builder: input.builder,
    created: input.created,
  }
}

/** The part of a gate report that a record repeats, with warnings and skipped gates, so that none of them looks passed. */
export function recordedEvidence({
  gates,
  policy,
}: GateReportData): Pick<ReleaseRecord, "gates" | "policy" | "waivers"> {
  return {
    gates: gates.map(gateEvidence),
    ...(policy === undefined ? {} : { policy }),
    waivers: gates.flatMap((gate) => gate.waived.map(({ waiver }): WaiverUse => waiver)),
  }
}

/** A gate's verdict with the digest of its whole result, which is stored beside the record. */
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
  return new SignalboxError("POLICY_REFUSED", { what: "the release record is refused", why, next })
}
