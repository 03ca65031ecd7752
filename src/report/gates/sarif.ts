import type { Invocation, Location, Log, Notification, Result, Run } from "sarif"
import {
  type Finding,
  fingerprint,
  type GateReportData,
  type GateResult,
  isRequired,
} from "../../domain/index.ts"
import { guard, oneLine, readable } from "../text.ts"
import { count, databaseSummary } from "../words.ts"
import { fitting, limits, type SarifPart } from "./sarif-limits.ts"
import { levelOf, nonEmpty, type Rule, ruleId, ruleOf, rulesOf } from "./sarif-rules.ts"

/**
 * SARIF 2.1.0 for code scanning: one run per gate that was run, results ordered by severity, within the limits of uploads. Waived
 * findings are listed in the run's properties and not among its results, because an upload would open alerts for them.
 * @param bytes how large it may be, compressed. Default: as large as code scanning takes.
 */
export function toSarif(report: GateReportData, bytes?: number): string {
  return fitting(report.gates, (part) => sarifText(part, report), bytes)
}

function sarifText({ runs, without }: SarifPart, report: GateReportData): string {
  const sarif: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: runs.map((one, index) => runOf(one, report, index === 0 ? without : [])),
  }
  return `${guard(JSON.stringify(sarif))}\n`
}

function runOf(
  { gate, shown, omitted }: SarifPart["runs"][number],
  report: GateReportData,
  without: readonly string[],
): Run {
  const known = new Set(gate.baseline?.known)
  const rules = rulesOf(shown)
  const tool = gate.tools[0]
  return {
    tool: {
      driver: {
        name: oneLine(tool?.name ?? gate.gate, 200) || gate.gate,
        ...(tool === undefined || tool.version === "" ? {} : { version: oneLine(tool.version, 200) }),
        rules: [...rules.values()].map((rule) => ruleOf(rule, gate)),
      },
      extensions: gate.tools
        .slice(1, 1 + limits.extensionsPerRun)
        .map(({ name, version }) => ({ name: oneLine(name) || gate.gate, version: oneLine(version) })),
    },
    automationDetails: { id: `signalbox/${gate.gate}/` },
    columnKind: "utf16CodeUnits",
    invocations: [invocation(gate, omitted, without)],
    results: shown.map((finding) => ({
      ...resultOf(finding, rules, gate),
      ...(gate.baseline === undefined ? {} : { baselineState: known.has(finding) ? "unchanged" : "new" }),
    })),
    properties: {
      verdict: gate.verdict,
      required: isRequired(gate),
      ...(gate.onFail === undefined ? {} : { onFail: gate.onFail }),
      summary: readable(gate.summary),
      date: report.date,
      partial: report.partial,
      ...(report.notJudged === undefined ? {} : { notJudged: report.notJudged }),
      ...(report.affected === undefined ? {} : { affected: report.affected }),
      ...(report.baseline === undefined ? {} : { baseline: report.baseline }),
      known: databaseSummary(gate),
      figures: gate.figures,
      waived: gate.waived.map(({ waiver }) => waiver),
    },
  }
}

function resultOf(finding: Finding, rules: ReadonlyMap<string, Rule>, gate: GateResult): Result {
  const { severity, fix, component, subject } = finding
  const fixText = fix === undefined ? "" : ` Fix: ${oneLine(fix)}`
  return {
    ruleId: ruleId(finding),
    ruleIndex: rules.get(ruleId(finding))?.index ?? -1,
    level: levelOf(severity, gate),
    message: { text: `${nonEmpty(oneLine(finding.message), finding.rule)}${fixText}` },
    locations: [locationOf(finding)],
    partialFingerprints: { "signalboxIdentity/v1": fingerprint(finding).slice("sha256:".length) },
    properties: {
      severity,
      subject: oneLine(subject),
      ...(component === undefined ? {} : { component: oneLine(component) }),
      ...(fix === undefined ? {} : { fix: oneLine(fix) }),
    },
  }
}

/** GitHub requires a file for every result; a finding without one is placed at the root of the tree. */
function locationOf(finding: Finding): Location {
  const { file, line, column } = finding.location ?? { file: "." }
  const startLine = Math.max(1, Math.trunc(line ?? 1))
  const region =
    column === undefined ? { startLine } : { startLine, startColumn: Math.max(1, Math.trunc(column)) }
  return {
    physicalLocation: { artifactLocation: { uri: relativeUri(file), uriBaseId: "%SRCROOT%" }, region },
  }
}

/** A relative path as an encoded URI reference: a colon would read as a scheme, and a lone surrogate would throw. */
function relativeUri(path: string): string {
  const segments = readable(path).split("/")
  return (
    segments
      .filter((segment) => segment !== "")
      .map(encodeURIComponent)
      .join("/") || "."
  )
}

function invocation(gate: GateResult, omitted: number, without: readonly string[]): Invocation {
  const successful = gate.verdict !== "error"
  const notes: Notification[] = []
  if (!successful || gate.verdict === "inconclusive")
    notes.push(notification("error", readable(gate.summary)))
  if (omitted > 0) {
    const what = count(omitted, "finding")
    notes.push(
      notification(
        "warning",
        `${what} left out, the least grave: code scanning takes no more; report.json has them all`,
      ),
    )
  }
  if (without.length > 0) {
    const runs = count(limits.runs, "run")
    notes.push(
      notification(
        "warning",
        `left out beyond ${runs}, the least grave: ${without.join(", ")}; report.json has them all`,
      ),
    )
  }
  return { executionSuccessful: successful, toolExecutionNotifications: notes }
}

function notification(level: "error" | "warning", text: string): Notification {
  return { level, message: { text: text === "" ? level : text } }
}
