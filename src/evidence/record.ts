import {
  contentDigest,
  type GateEvidence,
  type GateReportData,
  type GateResult,
  isRequired,
  misjudged,
  parseVersion,
  type ReleaseImage,
  type ReleaseRecord,
  refusedByRule,
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
  /** What else a deployment reads, by its path in the release. */
  readonly files?: ReleaseRecord["files"]
  readonly builder: ReleaseRecord["builder"]
  /** RFC 3339 date-time. */
  readonly created: string
}

/**
 * The release record of a build whose required gates passed.
 * @throws POLICY_REFUSED when the gates did not pass, were partial, or when there is nothing to release;
 * EVIDENCE_MISSING when a gate judged another image.
 */
export function createRecord(input: RecordInput): ReleaseRecord {
  const { gates } = input
  if (gates.partial)
    throw refused(
      "the gate report is partial (--only, --skip, --affected, --since or --fail-fast)",
      "run every gate that applies",
    )
  if (gates.verdict !== "pass" && gates.verdict !== "waived")
    throw refused(
      `the gates ended with ${gates.verdict}`,
      "fix what the gate report names, then release again",
    )
  if (input.images.length === 0)
    throw refused("there is no image to release", "name components in signalbox.yaml")
  const evidence = recordedEvidence(gates)
  assertJudged(input.images, evidence.gates)
  return {
    schemaVersion: 1,
    project: input.project,
    version: parseVersion(input.version),
    source: input.source,
    images: [...input.images].sort((a, b) => (a.component < b.component ? -1 : 1)),
    chart: input.chart,
    ...(input.files === undefined ? {} : { files: input.files }),
    ...evidence,
    builder: input.builder,
    created: input.created,
  }
}

/**
 * What is released must be what was judged: a build that is repeated may give another image.
 * @throws EVIDENCE_MISSING
 */
export function assertJudged(
  images: readonly Pick<ReleaseImage, "component" | "digest">[],
  gates: readonly GateEvidence[],
): void {
  const [first] = misjudged(images, gates)
  if (first === undefined) return
  const { gate, component, judged, released } = first
  throw refusedByRule("judged-digest", {
    what: `the image of ${component} is not the one that the gate ${gate} judged`,
    where: component,
    why: `judged was ${judged}, to be released is ${released}`,
    next: "make its build reproducible: no time of day, no random values, no tags without a digest in it",
  })
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
    ...(gate.onFail === undefined ? {} : { onFail: gate.onFail }),
    verdict: gate.verdict,
    summary: gate.summary,
    tools: gate.tools,
    ...(gate.database === undefined ? {} : { database: gate.database }),
    ...(gate.judged === undefined ? {} : { judged: gate.judged }),
    reportDigest: contentDigest(toJson(gate)),
  }
}

function refused(why: string, next: string): SignalboxError {
  return new SignalboxError("POLICY_REFUSED", { what: "the release record is refused", why, next })
}
