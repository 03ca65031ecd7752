import {
  compareFindings,
  type GateReportData,
  type GateResult,
  isRequired,
  onlyWarns,
  type TestCase,
} from "../../domain/index.ts"
import { type JUnitCase, type JUnitSuite, junitXml } from "../junit-xml.ts"
import { count, databaseSummary, place, toolName, warning } from "../words.ts"

/** Limit of findings in the text of a failed gate; the SARIF and JSON reports have them all. */
const maxFindings = 200

/**
 * One suite per gate. A gate with tests lists them; a verdict that the tests do not explain is an extra case. JUnit has no
 * warnings: failures of a gate that blocks nothing are reported as skipped, which neither blocks nor counts as passed.
 */
export function toJUnit(report: GateReportData): string {
  const notJudged = report.notJudged ?? []
  return junitXml(report.project, [...report.gates.map(suiteOf), ...notJudged.map(notJudgedSuite)])
}

/** An error, and not skipped: nothing is known of the gate, and CI servers take what is skipped for fine. */
function notJudgedSuite({ gate, why }: { readonly gate: string; readonly why: string }): JUnitSuite {
  const problem = { kind: "error", type: "not-judged", message: `not judged: ${why}` } as const
  return {
    name: gate,
    cases: [{ name: gate, className: "gates", seconds: 0, problem }],
    properties: { verdict: "not judged", summary: why },
  }
}

function suiteOf(gate: GateResult): JUnitSuite {
  const tests = (gate.cases ?? []).map(testCase)
  const cases = explains(gate, tests) ? tests : [...tests, verdictCase(gate)]
  const database = databaseSummary(gate)
  return {
    name: gate.gate,
    cases: isRequired(gate) && !onlyWarns(gate) ? cases : cases.map((one) => asWarning(one, gate)),
    properties: {
      verdict: gate.verdict,
      ...(isRequired(gate) ? {} : { required: "false" }),
      ...(gate.onFail === undefined ? {} : { onFail: gate.onFail }),
      summary: gate.summary,
      ...(gate.tools.length === 0 ? {} : { tools: gate.tools.map(toolName).join(", ") }),
      ...(database === undefined ? {} : { database }),
      ...(gate.baseline === undefined ? {} : { "known before": String(gate.baseline.known.length) }),
      ...Object.fromEntries(Object.entries(gate.figures).map(([name, value]) => [name, String(value)])),
    },
  }
}

/** Whether the tests alone explain the verdict: all passed in a pass, at least one failed in a fail. */
function explains(gate: GateResult, tests: readonly JUnitCase[]): boolean {
  if (tests.length === 0) return false
  const failed = tests.some(({ problem }) => problem?.kind === "failure")
  return gate.verdict === "fail" ? failed && gate.findings.length === 0 : gate.verdict === "pass" && !failed
}

function asWarning(junitCase: JUnitCase, gate: GateResult): JUnitCase {
  const { problem } = junitCase
  if (problem === undefined || problem.kind === "skipped") return junitCase
  const message = `${warning.word}, ${isRequired(gate) ? "onFail: warn" : "not required"}: ${problem.message}`
  return { ...junitCase, problem: { ...problem, kind: "skipped", message } }
}

function testCase({ name, file, seconds, state, message }: TestCase): JUnitCase {
  const base = { name, className: file, seconds }
  if (state === "passed") return base
  const kind = state === "failed" ? "failure" : "skipped"
  const text = message ?? state
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
    const fix = finding.fix === undefined ? "" : ` (fix: ${finding.fix})`
    return `${finding.severity} ${place(finding)} ${finding.rule}: ${finding.message}${fix}`
  })
  const more = worst.length - lines.length
  if (more > 0) lines.push(`${count(more, "more finding")}, see report.json`)
  return [gate.summary, ...lines].join("\n")
}
