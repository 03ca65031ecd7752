import { escapeXml, shorten } from "./text.ts"

/** One test case of a suite; without `problem` it passed. */
export interface JUnitCase {
  readonly name: string
  /** The group in a CI server's test view: a file, a gate. */
  readonly className: string
  readonly seconds: number
  readonly problem?: {
    readonly kind: "failure" | "error" | "skipped"
    readonly message: string
    /** Details below the message. */
    readonly text?: string
    readonly type?: string
  }
}

export interface JUnitSuite {
  readonly name: string
  readonly cases: readonly JUnitCase[]
  readonly properties: Readonly<Record<string, string>>
}

const longestText = 100_000

/** JUnit XML in the form that Jenkins, GitHub and GitLab read. */
export function junitXml(name: string, suites: readonly JUnitSuite[]): string {
  const all = suites.flatMap((suite) => suite.cases)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeXml(name)}" ${counts(all)}>`,
    ...suites.flatMap(suiteXml),
    "</testsuites>",
    "",
  ].join("\n")
}

function suiteXml(suite: JUnitSuite): readonly string[] {
  const properties = Object.entries(suite.properties).map(
    ([key, value]) => `      <property name="${escapeXml(key)}" value="${escapeXml(value)}"/>`,
  )
  return [
    `  <testsuite name="${escapeXml(suite.name)}" ${counts(suite.cases)}>`,
    ...(properties.length === 0 ? [] : ["    <properties>", ...properties, "    </properties>"]),
    ...suite.cases.map(caseXml),
    "  </testsuite>",
  ]
}

function caseXml(testCase: JUnitCase): string {
  const { problem, className, name } = testCase
  const head = `    <testcase classname="${escapeXml(className)}" name="${escapeXml(name)}" time="${seconds(testCase.seconds)}"`
  if (problem === undefined) return `${head}/>`
  const message = escapeXml(shorten(problem.message, 2000))
  if (problem.kind === "skipped") return `${head}><skipped message="${message}"/></testcase>`
  const type = problem.type === undefined ? "" : ` type="${escapeXml(problem.type)}"`
  const text = escapeXml(shorten(problem.text ?? problem.message, longestText))
  return `${head}><${problem.kind} message="${message}"${type}>${text}</${problem.kind}></testcase>`
}

function counts(cases: readonly JUnitCase[]): string {
  const countOf = (kind: string): number => cases.filter(({ problem }) => problem?.kind === kind).length
  const time = cases.reduce((sum, testCase) => sum + Math.max(0, testCase.seconds), 0)
  return `tests="${cases.length}" failures="${countOf("failure")}" errors="${countOf("error")}" skipped="${countOf("skipped")}" time="${seconds(time)}"`
}

function seconds(value: number): string {
  return Number.isFinite(value) && value > 0 ? value.toFixed(3) : "0.000"
}
