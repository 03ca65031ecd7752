import type { Component } from "../../config/index.ts"
import type { ToolFinding } from "../../domain/index.ts"
import type { CoverageReport } from "../formats/report.ts"
import type { Judgement } from "../gate.ts"

export function judgeCoverage(
  name: string,
  { coverageMinimum: minimum }: Pick<Component, "coverageMinimum">,
  manifest: string,
  report: CoverageReport,
): Judgement {
  const base = { tools: [], reports: {}, errors: [] }
  if (report.lines === 0)
    return { ...base, findings: [], errors: [`${name}: no line was measured`], summary: "", figures: {} }
  const findings = meetsMinimum(report, minimum) ? [] : [coverageFinding(report, minimum, name, manifest)]
  const figures = { [`${name}Percent`]: Math.floor((report.covered * 10_000) / report.lines) / 100 }
  return { ...base, findings, summary: `${name}: ${percentText(report)} of ${minimum} % required`, figures }
}

/** Whether at least that many percent are covered; the limit itself passes. Exact: nothing is rounded. */
export function meetsMinimum({ lines, covered }: CoverageReport, minimum: number): boolean {
  return covered * 100 >= minimum * lines
}

/** Two decimals, rounded down, so that 87.999 % is never shown as 88 %. */
export function percentText({ lines, covered }: CoverageReport): string {
  return `${(Math.floor((covered * 10_000) / lines) / 100).toFixed(2)} %`
}

export function coverageFinding(
  coverage: CoverageReport,
  minimum: number,
  component: string,
  file: string,
): ToolFinding {
  const missing = Math.ceil((minimum * coverage.lines) / 100) - coverage.covered
  return {
    rule: "coverage-below-minimum",
    severity: "high",
    message: `${percentText(coverage)} of lines are covered, ${minimum} % are required`,
    location: { file },
    component,
    fix: `test ${missing} more ${missing === 1 ? "line" : "lines"}`,
    subject: component,
  }
}
