import {
  type Digest,
  type EvidenceRule,
  type GateEvidence,
  isExpired,
  isFuture,
  isRequired,
  isWarning,
  misjudged,
  onlyWarns,
  type ReleaseRecord,
  refusedByRule,
  SignalboxError,
  sha256,
  treeDigest,
} from "../domain/index.ts"
import { contradiction, storedGate } from "./gate-report.ts"
import { parseRecord } from "./record-schema.ts"
import {
  isProvenanceOf,
  isStatementOf,
  type PublicKey,
  recordSignature,
  signerOf,
} from "./statements/index.ts"
import { provenanceFile, readEnvelope, releaseStatementFile } from "./statements/stored.ts"
import { releaseDigests, type StoredDigests } from "./store/artifact.ts"
import type { Files } from "./store/store.ts"

/** One check of a stored release and its result. */
export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
  /** It was not made: `ok` says nothing then. */
  readonly unchecked?: true
  /** The rule that it is a check of, where docs/evidence.md lists one. */
  readonly rule?: EvidenceRule
}

/** What a stored release is held against. */
export interface Expected {
  /** Digest that it must have: the record's own, or that of the release as the registry stores it. Default: any. */
  readonly digest?: Digest | undefined
  /** Now, as RFC 3339 date-time. */
  readonly date: string
  /** Keys of which one must have signed the record. Default: the signature is not checked. */
  readonly keys?: readonly PublicKey[]
}

/**
 * Checks a stored release offline: the record's digest against the expected one, its signature, every file and gate
 * report against its digest in the record, the images that were judged against those that are released, the verdicts,
 * dates, and waivers.
 */
export function verifyRecord(files: Files, { digest, date, keys = [] }: Expected): readonly Check[] {
  const record = parseRecord(text(files, "record.json"))
  return [
    digestCheck(releaseDigests(record, files), files, digest),
    signatureCheck(record, files, keys),
    ...provenanceCheck(record, files, keys),
    createdCheck(record, date),
    ...fileChecks(record, files),
    gatesRun(record),
    ...record.gates.map((gate) => gateCheck(gate, files)),
    ...misjudged(record.images, record.gates).map(
      ({ gate, component, judged, released }): Check => ({
        ...{ name: `gate ${gate} of ${component}`, ok: false, rule: "judged-digest" },
        detail: `judged was ${judged}, released is ${released}`,
      }),
    ),
    ...waiverChecks(record, date.slice(0, 10)),
    ...reportsUnnamed(record, files),
    ...othersUnnamed(record, files),
  ]
}

/**
 * Everything that a record names by digest must be stored with it, unchanged: chart, values, tests, gate reports.
 * @param where the release, in errors
 * @throws EVIDENCE_MISSING with the rule that is broken; STATE_DAMAGED where there is no record
 */
export function assertWhole(files: Files, where: string): void {
  const record = parseRecord(text(files, "record.json"))
  const checks = [...fileChecks(record, files), ...record.gates.map((gate) => gateCheck(gate, files))]
  const broken = checks.filter(({ ok, rule }) => !ok && rule !== undefined)
  const [first] = broken
  if (first?.rule === undefined) return
  throw refusedByRule(first.rule, {
    what: `what is stored of release ${record.version} is not what its record says`,
    where,
    why: broken.map(({ name, detail }) => `${name}: ${detail}`).join("; "),
    next: "publish a new version",
  })
}

/** A record is addressed by its bytes: a key that is there twice, or that is not known, is read past by a parser. */
function digestCheck(actual: StoredDigests, files: Files, expected: Digest | undefined): Check {
  const name = "record digest"
  const { record, artifact } = actual
  const bytes = sha256(files.get("record.json") ?? "")
  if (bytes !== record)
    return { name, ok: false, detail: `record.json is ${bytes}, what it says is ${record}: it was changed` }
  if (expected === undefined || expected === record) return { name, ok: true, detail: record }
  if (expected === artifact)
    return { name, ok: true, detail: `${record}, of the release that is stored as ${artifact}` }
  const detail = `record says ${record}, stored as ${artifact}, expected ${expected}`
  return { name, ok: false, detail }
}

function signatureCheck(record: ReleaseRecord, files: Files, keys: readonly PublicKey[]): Check {
  const check = { name: "signature", rule: "signed-record" as const }
  const envelope = readEnvelope(files.get(releaseStatementFile))
  // Record and statement are stored together: that one was changed shows without any key.
  if (envelope !== null && !isStatementOf(record, envelope))
    return { ...check, ok: false, detail: "its statement is about another record" }
  if (keys.length === 0) {
    const count = envelope?.signatures.length ?? 0
    const found = count === 0 ? "the record is not signed" : "there is a signature"
    return { ...check, ok: true, unchecked: true, detail: `no key was given: ${found}` }
  }
  const signature = recordSignature(record, envelope, keys)
  return signature.ok
    ? { ...check, ok: true, detail: `by ${signature.signer.name} (${signature.signer.id})` }
    : { ...check, ok: false, detail: signature.why }
}

/** Stored since records have statements: one that is gone, changed or signed by nobody whose key counts is told. */
function provenanceCheck(record: ReleaseRecord, files: Files, keys: readonly PublicKey[]): readonly Check[] {
  const envelope = readEnvelope(files.get(provenanceFile))
  const name = "provenance"
  if (envelope === null)
    return files.has(releaseStatementFile) ? [{ name, ok: false, detail: "it is missing" }] : []
  if (!isProvenanceOf(record, envelope))
    return [{ name, ok: false, detail: "it was changed, or is about another record" }]
  if (keys.length === 0) return [{ name, ok: true, unchecked: true, detail: "no key was given" }]
  const signer = signerOf(envelope, keys)
  return [
    signer === undefined
      ? { name, ok: false, detail: "none of the keys has signed it" }
      : { name, ok: true, detail: `by ${signer.name} (${signer.id})` },
  ]
}

/** Files for people, which the record names by no digest: what they say is in the gates' own reports. */
function reportsUnnamed({ gates }: ReleaseRecord, files: Files): readonly Check[] {
  const named = new Set(
    gates.flatMap(({ gate }) => {
      const raw = files.get(`gates/${gate}.json`)
      const reports = raw === undefined ? {} : storedGate(raw)?.result.reports
      return Object.keys(reports ?? {}).map((report) => `reports/${gate}/${report}`)
    }),
  )
  const others = [...below("reports/", files).keys()].filter((path) => !named.has(path)).sort()
  if (others.length === 0) return []
  const detail = `the record does not name ${others.length === 1 ? "it" : "them"}: ${others.join(", ")}`
  return [{ name: "reports", ok: true, unchecked: true, detail }]
}

/** Whatever else lies beside the record, such as a report of a gate that it does not name: nothing was checked of it. */
function othersUnnamed({ gates }: ReleaseRecord, files: Files): readonly Check[] {
  const looked = new Set([
    ...["record.json", releaseStatementFile, provenanceFile, "smoke.yaml", "load.js"],
    ...gates.map(({ gate }) => `gates/${gate}.json`),
  ])
  const others = [...files.keys()].filter(
    (path) => !looked.has(path) && !/^(?:chart|values|reports)\//.test(path),
  )
  if (others.length === 0) return []
  const detail = `the record does not name ${others.length === 1 ? "it" : "them"}: ${others.sort().join(", ")}`
  return [{ name: "others", ok: true, unchecked: true, detail }]
}

function createdCheck({ created }: ReleaseRecord, date: string): Check {
  const ok = !isFuture(created, date)
  return { name: "date", ok, detail: ok ? created : `${created}, now is ${date}`, rule: "future-date" }
}

/** Chart, values, smoke test and load script. Records of earlier versions name the chart's digest only. */
function fileChecks(record: ReleaseRecord, files: Files): readonly Check[] {
  const chart = new Map([...below("chart/", files)].map(([path, content]) => [path.slice(6), content]))
  const actual = chart.size === 0 ? undefined : treeDigest(chart)
  const own = Object.entries(record.files ?? {}).map(([path, digest]) => {
    const content = files.get(path)
    return fileCheck(path, digest, content && sha256(content))
  })
  const others = [...below("values/", files).keys(), "smoke.yaml", "load.js"].filter((path) =>
    files.has(path),
  )
  const unnamed = others.filter((path) => !Object.hasOwn(record.files ?? {}, path))
  if (record.files === undefined) {
    const detail = `the record is of an earlier version: ${unnamed.join(", ")}`
    return [
      fileCheck("chart", record.chart.digest, actual),
      ...(unnamed.length === 0 ? [] : [{ name: "files", ok: true, unchecked: true as const, detail }]),
    ]
  }
  return [
    fileCheck("chart", record.chart.digest, actual),
    ...own,
    ...unnamed.map(
      (path): Check => ({
        name: path,
        ok: false,
        detail: "the record does not name it",
        rule: "record-files",
      }),
    ),
  ]
}

function fileCheck(name: string, expected: Digest, actual: Digest | undefined): Check {
  if (actual === expected) return { name, ok: true, detail: actual }
  const detail = actual === undefined ? "it is missing" : `it is ${actual}, the record says ${expected}`
  return { name, ok: false, detail, rule: "record-files" }
}

function below(prefix: string, files: Files): Files {
  return new Map([...files].filter(([path]) => path.startsWith(prefix)))
}

function gatesRun({ gates }: ReleaseRecord): Check {
  const run = gates.filter((gate) => isRequired(gate) && gate.verdict !== "skipped").length
  const detail = run > 0 ? `${run} required and run` : "no required gate was run"
  return { name: "gates", ok: run > 0, detail }
}

function gateCheck(gate: GateEvidence, files: Files): Check {
  const name = `gate ${gate.gate}`
  const raw = files.get(`gates/${gate.gate}.json`)
  if (raw === undefined) return { name, ok: false, detail: "its report is missing", rule: "gate-report" }
  const stored = storedGate(raw)
  if (stored === null || stored.digest !== gate.reportDigest)
    return { name, ok: false, detail: "its report was changed", rule: "gate-report" }
  const other = contradiction(gate, stored.result)
  if (other !== null)
    return {
      name,
      ok: false,
      detail: `the record says otherwise than its report: ${other}`,
      rule: "gate-report",
    }
  for (const [report, digest] of Object.entries(stored.result.reports)) {
    const content = files.get(`reports/${gate.gate}/${report}`)
    if (content !== undefined && sha256(content) !== digest)
      return { name, ok: false, detail: `its tool's report ${report} was changed`, rule: "gate-report" }
  }
  const passed = gate.verdict === "pass" || gate.verdict === "waived" || !isRequired(gate) || onlyWarns(gate)
  return { name, ok: passed, detail: `${whyItWarns(gate)}${gate.verdict}: ${gate.summary}` }
}

function whyItWarns(gate: GateEvidence): string {
  if (!isWarning(gate)) return ""
  return isRequired(gate) ? "onFail: warn, " : "not required, "
}

function waiverChecks({ waivers }: ReleaseRecord, date: string): readonly Check[] {
  return waivers.map(
    (waiver): Check => ({
      name: `waiver ${waiver.id}`,
      ok: !isExpired(waiver, date),
      detail: `owner ${waiver.owner}, until ${waiver.expires}: ${waiver.reason}`,
    }),
  )
}

function text(files: Files, name: string): string {
  const content = files.get(name)
  if (content === undefined) throw new SignalboxError("STATE_DAMAGED", { what: `the release has no ${name}` })
  return new TextDecoder().decode(content)
}
