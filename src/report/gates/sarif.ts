import type { Invocation, Location, Log, Notification, Result, Run } from "sarif"
import {
  compareFindings,
  type Finding,
  fingerprint,
  type GateReportData,
  type GateResult,
  isRequired,
} from "../../domain/index.ts"
import { guard, oneLine, readable } from "../text.ts"
import { count, databaseSummary } from "../words.ts"
import { levelOf, nonEmpty, type Rule, ruleId, ruleOf, rulesOf } from "./sarif-rules.ts"

/** GitHub code scanning's limit of results in one run (docs.github.com, "SARIF support for code scanning"). */
const maxResults = 25_000

/**
 * SARIF 2.1.0 for code scanning: one run per gate that was run, results ordered by severity. Waived findings are listed
 * in the run's properties and not among its results, because an upload would open alerts for them.
 */
export function toSarif(report: GateReportData): string {
  const sarif: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: report.gates.filter((gate) => gate.verdict !== "skipped").map((gate) => runOf(gate, report)),
  }
  return `${guard(JSON.stringify(sarif))}\n`
}

function runOf(gate: GateResult, report: GateReportData): Run {
  // What is new first: where there are too many, it is what is kept.
  const known = new Set((gate.baseline?.known ?? []).slice(0, maxResults))
  const findings = [...gate.findings.toSorted(compareFindings), ...known]
  const shown = findings.slice(0, maxResults)
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
        .slice(1)
        .map(({ name, version }) => ({ name: oneLine(name), version: oneLine(version) })),
    },
    automationDetails: { id: `signalbox/${gate.gate}/` },
    columnKind: "utf16CodeUnits",
    invocations: [invocation(gate, findings.length - shown.length)],
    results: shown.map((finding) => ({
      ...resultOf(finding, rules, gate),
      ...(gate.baseline === undefined ? {} : { baselineState: known.has(finding) ? "unchanged" : "new" }),
    })),
    properties: {
      verdict: gate.verdict,
      required: isRequired(gate),
      summary: readable(gate.summary),
      date: report.date,
      partial: report.partial,
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

function invocation(gate: GateResult, omitted: number): Invocation {
  const successful = gate.verdict !== "error"
  const notes: Notification[] = []
  if (!successful || gate.verdict === "inconclusive")
    notes.push(notification("error", readable(gate.summary)))
  if (omitted > 0) {
    const limit = count(maxResults, "result")
    notes.push(
      notification(
        "warning",
        `${count(omitted, "finding")} beyond ${limit} left out; report.json has them all`,
      ),
    )
  }
  return { executionSuccessful: successful, toolExecutionNotifications: notes }
}

function notification(level: "error" | "warning", text: string): Notification {
  return { level, message: { text: text === "" ? level : text } }
}
