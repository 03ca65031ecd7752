import { SignalboxError, type TestCase, type ToolFinding } from "../../domain/index.ts"

/** What a test run has written, whatever its form. */
export interface TestReport {
  readonly findings: readonly ToolFinding[]
  readonly cases: readonly TestCase[]
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Counts, not a percentage: a limit is judged without rounding. */
export interface CoverageReport {
  /** Lines, or where a form has none (`go-cover`) statements, that could have been run. */
  readonly lines: number
  readonly covered: number
  /** The files that it names, as it names them. */
  readonly files: readonly string[]
}

/** The component that a report is about: tools name files as they see them, below `workdir`. */
export interface ReportedComponent {
  readonly name: string
  /** Its directory below the source root. */
  readonly path: string
  readonly workdir: string
}

/** A run by its cases. */
export function testReport(cases: readonly TestCase[], findings: readonly ToolFinding[]): TestReport {
  const count = (state: TestCase["state"]) => cases.filter((one) => one.state === state).length
  return { findings, cases, passed: count("passed"), failed: count("failed"), skipped: count("skipped") }
}

/** What failed; where a run counts failures and names none of them, that is the finding. */
export function orUnnamed(
  findings: readonly ToolFinding[],
  failures: number,
  { name: component }: Pick<ReportedComponent, "name">,
): readonly ToolFinding[] {
  if (findings.length > 0 || failures === 0) return findings
  const message = "the test run: it says that tests failed, and names none"
  return [{ rule: "suite-failed", severity: "high", message, component, subject: "the whole run" }]
}

/** A text without the mark of UTF-8 in front, as tools of .NET write it: no form of a report has it. */
export function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, "")
}

/** @param form as `signalbox.yaml` names it. */
export function unreadableReport(form: string, why: string, cause?: unknown): SignalboxError {
  return new SignalboxError(
    "OUTPUT_UNREADABLE",
    {
      what: `the report is not what ${form} is`,
      why,
      next: "look at the raw report: another tool or version may have written it, or another form is meant",
    },
    { cause },
  )
}

/** @throws INTERNAL: the schema of signalbox.yaml and the languages name no form that a gate does not read. */
export function formatAmong<F extends string>(formats: readonly F[], format: string): F {
  const found = formats.find((one) => one === format)
  if (found !== undefined) return found
  throw new SignalboxError("INTERNAL", {
    what: `a report in the form ${format} is not for this gate`,
    why: `it reads ${formats.join(", ")}`,
  })
}
