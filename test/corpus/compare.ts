import type { Finding, GateReportData, GateResult } from "../../src/domain/index.ts"
import type { Also, Clean, Expectation, Planted } from "./expected.ts"

/** A planted defect that was not reported as it should have been. */
export interface Missing {
  readonly planted: Planted
  /** The gate that has reported its place instead. */
  readonly wrongGate?: string
}

/** Something reported that is no planted defect. */
export interface FalsePositive {
  readonly finding: Finding
  /** The clean place that it is about; absent where it is about nothing that is listed. */
  readonly clean?: Clean
}

export interface Comparison {
  readonly found: readonly Planted[]
  readonly missing: readonly Missing[]
  readonly falsePositives: readonly FalsePositive[]
  /** Gates that have not judged as they should: then silence proves nothing. */
  readonly problems: readonly string[]
}

/** What was reported about a project against what is planted in it. Pure. */
export function compare(expected: Expectation, report: Pick<GateReportData, "gates">): Comparison {
  const open = report.gates.flatMap(({ findings }) => findings)
  const found: Planted[] = []
  const missed: Planted[] = []
  for (const planted of expected.planted) {
    const index = open.findIndex((finding) => matches(planted, finding))
    if (index >= 0) open.splice(index, 1)
    ;(index >= 0 ? found : missed).push(planted)
  }
  const missing = missed.map((planted): Missing => {
    const index = open.findIndex((finding) => finding.gate !== planted.gate && isAt(planted, finding))
    const [other] = index < 0 ? [] : open.splice(index, 1)
    return { planted, ...(other === undefined ? {} : { wrongGate: other.gate }) }
  })
  const surplus = open.filter((finding) => !expected.also.some((also) => matches(also, finding)))
  return {
    found,
    missing,
    falsePositives: surplus.map((finding) => {
      const clean = expected.clean.find((one) => isAt(one, finding))
      return { finding, ...(clean === undefined ? {} : { clean }) }
    }),
    problems: expected.gates.flatMap((gate) => problemsOf(gate, expected, report.gates)),
  }
}

function matches(wanted: Planted | Also, finding: Finding): boolean {
  return (
    wanted.gate === finding.gate &&
    wanted.rule === finding.rule &&
    wanted.file === finding.location?.file &&
    wanted.line === finding.location?.line &&
    (wanted.component === undefined || wanted.component === finding.component) &&
    (wanted.subject === undefined || finding.subject.includes(wanted.subject)) &&
    (!("severity" in wanted) || wanted.severity === undefined || wanted.severity === finding.severity)
  )
}

/** A place without a line is all of its file. */
function isAt({ file, line }: Pick<Planted, "file" | "line">, { location }: Finding): boolean {
  return file !== undefined && file === location?.file && (line === undefined || line === location.line)
}

const unjudgedMark = "could not be judged: "

/** A gate that has not looked at everything has no right to be silent about the rest. */
function problemsOf(gate: string, expected: Expectation, results: readonly GateResult[]): readonly string[] {
  const result = results.find((one) => one.gate === gate)
  if (result === undefined) return [`${gate} is not in the report`]
  const { verdict, summary } = result
  const refuses = expected.planted.some((one) => one.gate === gate && one.severity !== "info")
  const unjudged = expected.unjudged[gate]
  const wanted = refuses ? "fail" : unjudged === undefined ? "pass" : "error"
  const isUnjudged = summary.includes(unjudgedMark)
  return [
    ...(verdict === wanted ? [] : [`${gate}: ${verdict} instead of ${wanted}: ${summary}`]),
    ...(unjudged === undefined && isUnjudged && verdict === wanted ? [`${gate}: ${summary}`] : []),
    ...(unjudged !== undefined && !summary.includes(unjudged)
      ? [`${gate} does not say "${unjudged}": ${summary}`]
      : []),
  ]
}
