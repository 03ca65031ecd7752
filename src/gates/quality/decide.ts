import type { Measured, Severity, ToolFinding } from "../../domain/index.ts"
import type { Judgement } from "../gate.ts"
import type { Issue, Judged, JudgedCondition, TreeSettings } from "./answers.ts"
import type { QualityReading } from "./read.ts"
import { hasBranches } from "./scan.ts"

/**
 * The server's quality gate decides: a condition that fails is critical, and nothing milder refuses. Issues are told with it,
 * whether or not it asks for them.
 */
const failOn: readonly Severity[] = ["critical"]

export function judgeQuality(reading: QualityReading): Judgement {
  const { prepared, judged, errors, log } = reading
  const reports = {
    ...(log === undefined ? {} : { "scanner.log": log }),
    ...(judged === undefined ? {} : { "quality-gate.json": `${JSON.stringify(judged, undefined, 2)}\n` }),
  }
  const tree = prepared === undefined ? [] : treeFindings(prepared.tree)
  const version = prepared === undefined ? [] : [{ name: "sonarqube", version: prepared.version }]
  const base = { tools: [...reading.tools, ...version], reports, failOn }
  if (prepared === undefined || judged === undefined || errors.length > 0)
    return {
      ...base,
      findings: tree,
      errors: errors.length > 0 ? errors : ["the gate ended without a verdict and without a reason"],
      summary: "",
      figures: {},
    }
  const failing = judged.conditions.filter(({ failed }) => failed)
  return {
    ...base,
    findings: [
      ...failing.map((one) => conditionFinding(one, prepared.qualityGate)),
      ...(!judged.passed && failing.length === 0 ? [unnamedFailure()] : []),
      ...("unread" in judged.issues ? [] : judged.issues.shown.map(issueFinding)),
      ...tree,
    ],
    errors: notLookedAt(reading, judged),
    summary: summaryOf(reading),
    figures: {
      conditions: judged.conditions.length,
      ...("unread" in judged.issues ? {} : { issues: judged.issues.total }),
      ...("unread" in judged.measures ? {} : judged.measures),
    },
  }
}

/**
 * Why a quality gate that holds is no pass: it has looked at no file, or at less than it was asked to, or what it has found is
 * not known.
 */
function notLookedAt({ server }: QualityReading, { issues, measures, notJudged }: Judged): readonly string[] {
  const unjudged = notJudged.join(", ")
  return [
    ...("unread" in measures
      ? [`what the server has measured could not be read: ${measures.unread}`]
      : noFile(measures)),
    ...("unread" in issues ? [`the server's issues could not be read: ${issues.unread}`] : []),
    // Conditions of the call's own: each of them was asked for. Of a given server, those on new code may have no value.
    ...(server === null && notJudged.length > 0
      ? [`the quality gate has not judged ${unjudged}: this analysis has no value for it`]
      : []),
  ]
}

/** A gate over no file has looked at nothing. */
function noFile({ files = 0, ncloc = 0 }: Readonly<Record<string, number>>): readonly string[] {
  if (files > 0 && ncloc > 0) return []
  return [
    "the server has analysed no line of code: check gates.quality.exclude, and which languages it knows",
  ]
}

function summaryOf(reading: QualityReading): string {
  const { prepared, judged, notHandedOver, exclude } = reading
  if (prepared === undefined || judged === undefined) return ""
  const { edition, version, qualityGate } = prepared
  const gate = qualityGate === null ? "the project's quality gate" : `quality gate ${qualityGate}`
  const place = reading.server ?? "a server of its own"
  const total = "unread" in judged.issues ? "its issues could not be read" : issuesText(judged.issues)
  const branches = hasBranches(edition)
    ? ""
    : `edition ${edition} has one branch, ${reading.namesBranch ? "the branch that the call names was not told to it" : "which this analysis is of"}`
  return [
    `${gate} of ${reading.project} on ${place} (SonarQube ${version}): ${judged.conditions.length} conditions hold`,
    total,
    branches,
    reading.server === null || judged.notJudged.length === 0
      ? ""
      : `without a value, and not judged: ${judged.notJudged.join(", ")}`,
    judged.ignoredConditions
      ? "conditions on new code were left out, because less than 20 lines are new"
      : "",
    exclude.length === 0 ? "" : `not analysed: ${exclude.join(", ")}`,
    notHandedOver.length === 0 ? "" : `not handed over: ${notHandedOver.join("; ")}`,
    ...judged.warnings.map((text) => `the server warns: ${text.replaceAll(/<[^>]*>/g, "")}`),
  ]
    .filter((part) => part !== "")
    .join("; ")
}

function issuesText({ total, shown }: { readonly total: number; readonly shown: readonly Issue[] }): string {
  const more = total > shown.length ? `, of which the ${shown.length} gravest are listed` : ""
  return `${total} open ${total === 1 ? "issue" : "issues"}${more}`
}

function conditionFinding(condition: JudgedCondition, gate: string | null): ToolFinding {
  const { metric, fails, threshold, actual } = condition
  const limit = fails === "above" ? "at most" : "at least"
  const by = gate === null ? "the quality gate" : `the quality gate ${gate}`
  const measured = measuredBy(condition)
  return {
    rule: "quality-gate-condition",
    severity: "critical",
    message: `${metric} is ${valueText(metric, actual)}: ${by} asks for ${limit} ${valueText(metric, threshold ?? "another value")}`,
    location: { file: "signalbox.yaml" },
    fix: "correct the issues that count for it; they are listed with file and line",
    subject: metric,
    ...(measured === undefined ? {} : { measured }),
  }
}

function measuredBy({ metric, fails, actual }: JudgedCondition): Measured | undefined {
  const value = Number(actual)
  if (!Number.isFinite(value)) return undefined
  const isPercent = /coverage|density|_ratio$|_reviewed$/.test(metric)
  return { value, better: fails === "above" ? "lower" : "higher", unit: isPercent ? "%" : "" }
}

/** A rating as the server shows it: 1 is A. */
function valueText(metric: string, value: string): string {
  if (!metric.endsWith("_rating")) return value
  return ["A", "B", "C", "D", "E"][Number(value) - 1] ?? value
}

function unnamedFailure(): ToolFinding {
  return {
    rule: "quality-gate-condition",
    severity: "critical",
    message: "the quality gate failed, and the server names no condition that did",
    location: { file: "signalbox.yaml" },
    subject: "the quality gate",
  }
}

/** A blocker is as grave as an issue gets: critical is what refuses, and that is the conditions' to say. */
const severityOf: Readonly<Record<string, Severity>> = {
  BLOCKER: "high",
  CRITICAL: "high",
  MAJOR: "medium",
  MINOR: "low",
  INFO: "info",
}

function issueFinding({ rule, severity, file, line, message }: Issue): ToolFinding {
  return {
    rule,
    severity: severityOf[severity] ?? "medium",
    message,
    ...(file === "" ? {} : { location: { file, ...(line === undefined ? {} : { line }) } }),
    subject: message,
  }
}

/** Neither has an owner and an expiry, as waivers have: settings of the tree do not count, comments do, and both are told. */
function treeFindings(tree: TreeSettings): readonly ToolFinding[] {
  const { settings, comments, commentCount, notSearched } = tree
  return [
    ...settings.map(
      ({ file, line, text }): ToolFinding => ({
        rule: "tree-settings-ignored",
        severity: "info",
        message: `the scanner was not given this setting of the tree: ${text}`,
        location: { file, line },
        fix: "remove it, or say it in signalbox.yaml: gates.quality",
        subject: text,
      }),
    ),
    ...comments.map(
      ({ file, line, text }): ToolFinding => ({
        rule: "switched-off",
        severity: "info",
        message: `switched off in the code: ${text}`,
        location: { file, line },
        subject: text,
      }),
    ),
    ...(commentCount > comments.length
      ? [
          {
            rule: "switched-off",
            severity: "info",
            message: `${commentCount - comments.length} more lines are switched off in the code: the first ${comments.length} are listed`,
            subject: "more lines are switched off",
          } as const,
        ]
      : []),
    ...notSearched.map(
      (file): ToolFinding => ({
        rule: "not-searched",
        severity: "info",
        message:
          "too large to be searched for comments that switch rules off, and for some analysers to look at",
        location: { file },
        subject: file,
      }),
    ),
  ]
}
