import type { ReportingDescriptor } from "sarif"
import { type Finding, findingsBlock, type GateResult, type Severity } from "../../domain/index.ts"
import { oneLine, shorten } from "../text.ts"

/**
 * GitHub reads a rule's severity as a number on the CVSS scale. Our findings have a severity class and no score, so each
 * class is given as the middle of its CVSS band.
 */
const bandMiddle: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
  info: "0.0",
}

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
}

export interface Rule {
  readonly index: number
  /** The finding whose text describes the rule. */
  readonly example: Finding
  readonly worst: Severity
}

/** Rules in the order of their first finding, which is their worst: the findings are sorted by severity. */
export function rulesOf(findings: readonly Finding[]): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule>()
  for (const finding of findings) {
    const id = ruleId(finding)
    if (rules.has(id)) continue
    rules.set(id, { index: rules.size, example: finding, worst: finding.severity })
  }
  return rules
}

export function ruleOf({ example: finding, worst }: Rule, gate: GateResult): ReportingDescriptor {
  // GitHub shows the rules of these gates as security alerts with a severity of their own.
  const security = gate.kind === "security"
  const help = finding.help === undefined ? undefined : oneLine(finding.help)
  const description = shorten(nonEmpty(oneLine(finding.message), finding.rule), 1000)
  // GitHub refuses a rule without description and help: without a help link, the example's fix stands in for it.
  const text = [help, finding.fix].filter((part) => part !== undefined).map((part) => oneLine(part))
  return {
    id: ruleId(finding),
    shortDescription: { text: description },
    fullDescription: { text: description },
    help: { text: nonEmpty(text.join("\n").trim(), description) },
    defaultConfiguration: { level: levelOf(worst, gate) },
    ...(help !== undefined && /^https:\/\//.test(help) ? { helpUri: encodeURI(help) } : {}),
    properties: {
      tags: security ? ["security", gate.gate] : [gate.gate],
      ...(security ? { "security-severity": bandMiddle[worst] } : {}),
    },
  }
}

/** Code scanning blocks on errors, so a gate whose findings do not block reports warnings at most. */
export function levelOf(severity: Severity, gate: GateResult): "error" | "warning" | "note" {
  const level = levels[severity]
  return level === "error" && !findingsBlock(gate) ? "warning" : level
}

export function ruleId(finding: Finding): string {
  return nonEmpty(oneLine(finding.rule, 255), "unnamed")
}

export function nonEmpty(text: string, otherwise: string): string {
  return text === "" ? oneLine(otherwise) || "unnamed" : text
}
