import {
  compareFindings,
  type GateReportData,
  type GateResult,
  isRequired,
  type TestCase,
} from "../../domain/index.ts"
import { type JUnitCase, type JUnitSuite, junitXml } from "../junit-xml.ts"
import { count, databaseSentence, place, toolName, warning } from "../words.ts"

/** Findings told in the text of a failed gate; the SARIF and JSON reports have them all. */
const maxFindings = 200

/**
 * One suite per gate. A gate with tests lists them; any verdict that they do not explain is a case of its own. JUnit knows
 * no warning: what a gate that is not required objects to is told as skipped, which blocks nothing and is not passed.
 */
export function toJUnit(report: GateReportData): string {
  return junitXml(report.project, report.gates.map(suiteOf))
}

function suiteOf(gate: GateResult): JUnitSuite {
  const tests = (gate.cases ?? []).map(testCase)
  const cases = explains(gate, tests) ? tests : [...tests, verdictCase(gate)]
  const known = databaseSentence(gate)
  return {
    name: gate.gate,
    cases: isRequired(gate) ? cases : cases.map(asWarning),
    properties: {
      verdict: gate.verdict,
      ...(isRequired(gate) ? {} : { required: "false" }),
      summary: gate.summary,
      ...(gate.tools.length === 0 ? {} : { tools: gate.tools.map(toolName).join(", ") }),
      ...(known === undefined ? {} : { database: known }),
      ...Object.fromEntries(Object.entries(gate.figures).map(([name, value]) => [name, String(value)])),
    },
  }
}

/** Whether the tests alone tell the verdict: all passed in a pass, at least one failed in a fail. */
function explains(gate: GateResult, tests: readonly JUnitCase[]): boolean {
  if (tests.length === 0) return false
  const failed = tests.some((one) => one.problem?.kind === "failure")
  return gate.verdict === "fail" ? failed && gate.findings.length === 0 : gate.verdict === "pass" && !failed
}

function asWarning(one: JUnitCase): JUnitCase {
  if (one.problem === undefined || one.problem.kind === "skipped") return one
  const message = `${warning.word}, not required: ${one.problem.message}`
  return { ...one, problem: { ...one.problem, kind: "skipped", message } }
}

function testCase(one: TestCase): JUnitCase {
  const base = { name: one.name, className: one.file, seconds: one.seconds }
  if (one.state === "passed") return base
  const kind = one.state === "failed" ? "failure" : "skipped"
  const text = one.message ?? one.state
  return { ...base, problem: { kind, message: text.split("\n", 1)[0] ?? text, text } }
}

function verdictCase(gate: GateResult): JUnitCase {
  const base = { name: gate.gate, className: "gates", seconds: 0 }
  const message = gate.summary
  switch (gate.verdict) {
    case "pass":
    case "waived":
      return base
    case "skipped":
      return { ...base, problem: { kind: "skipped", message } }
    case "fail":
      return { ...base, problem: { kind: "failure", type: "fail", message, text: findingsText(gate) } }
    case "error":
    case "inconclusive":
      return { ...base, problem: { kind: "error", type: gate.verdict, message, text: findingsText(gate) } }
  }
}

function findingsText(gate: GateResult): string {
  const worst = gate.findings.toSorted(compareFindings)
  const lines = worst.slice(0, maxFindings).map((finding) => {
    const cure = finding.fix === undefined ? "" : ` (cure: ${finding.fix})`
    return `${finding.severity} ${place(finding)} ${finding.rule}: ${finding.message}${cure}`
  })
  const more = worst.length - lines.length
  if (more > 0) lines.push(`${count(more, "more finding")}, see report.json`)
  return [gate.summary, ...lines].join("\n")
}
