import type { Component } from "../../config/index.ts"
import type { ToolFinding } from "../../domain/index.ts"
import type { DecideAbout } from "../engine/component-check.ts"
import type { CoverageReport } from "../formats/report.ts"
import type { Judgement } from "../gate.ts"
import type { Unmeasured } from "./sources.ts"

type Measured = Pick<CoverageReport, "lines" | "covered">

interface About extends Pick<DecideAbout, "name" | "manifest" | "tool" | "exitCode"> {
  readonly component: Pick<Component, "coverageMinimum">
}

/**
 * What was measured against the minimum. Source files that the report does not name count with all of their lines, or are
 * told where the project's own settings leave them out. A command that failed has not run all tests: its percentage is
 * none.
 */
export function judgeCoverage(
  about: About,
  report: Measured,
  unmeasured: readonly Unmeasured[] = [],
): Judgement {
  const { name, manifest, tool, exitCode, component } = about
  const minimum = component.coverageMinimum
  const base = { tools: [], reports: {} }
  if (report.lines === 0)
    return { ...base, findings: [], errors: [`${name}: no line was measured`], summary: "", figures: {} }
  const untested = unmeasured.reduce((sum, { lines = 0 }) => sum + lines, 0)
  const all = { lines: report.lines + untested, covered: report.covered }
  const told = unmeasured.filter(({ lines }) => lines === undefined).map(({ path }) => path)
  const missed = untested === 0 ? "" : `, with ${linesText(untested)} of files that no test loads`
  return {
    ...base,
    findings: [
      ...(meetsMinimum(all, minimum) ? [] : [coverageFinding(all, minimum, name, manifest)]),
      ...(told.length === 0 ? [] : [unmeasuredFinding(told, name, manifest)]),
    ],
    errors:
      exitCode === 0 ? [] : [`${name}: ${tool} ended with ${exitCode}: it has not measured a whole run`],
    summary: `${name}: ${percentText(all)} ${minimum === 0 ? "of lines, and no minimum" : `of ${minimum} % required`}${missed}${told.length === 0 ? "" : `, ${filesNotMeasured(told)}`}`,
    figures: {
      [`${name}Percent`]: percentOf(all),
      ...(unmeasured.length === 0 ? {} : { [`${name}FilesNotMeasured`]: unmeasured.length }),
    },
  }
}

const shownFiles = 10

function linesText(lines: number): string {
  return lines === 1 ? "1 line" : `${lines} lines`
}

function filesNotMeasured(paths: readonly string[]): string {
  return paths.length === 1 ? "1 source file not measured" : `${paths.length} source files not measured`
}

/** Settings of the project's own runner have no owner and no expiry, as waivers have: what they leave out is listed. */
function unmeasuredFinding(paths: readonly string[], component: string, file: string): ToolFinding {
  const more = paths.length > shownFiles ? `, and ${paths.length - shownFiles} more` : ""
  return {
    rule: "coverage-not-measured",
    severity: "info",
    message: `${filesNotMeasured(paths)}: ${paths.slice(0, shownFiles).join(", ")}${more}`,
    location: { file },
    component,
    fix: "let the coverage settings of the tests include them",
    subject: component,
  }
}

/** Whether at least that many percent are covered; the limit itself passes. Exact: nothing is rounded. */
export function meetsMinimum({ lines, covered }: Measured, minimum: number): boolean {
  return covered * 100 >= minimum * lines
}

/** Two decimals, rounded down, so that 87.999 % is never shown as 88 %. */
export function percentText(measured: Measured): string {
  return `${percentOf(measured).toFixed(2)} %`
}

function percentOf({ lines, covered }: Measured): number {
  return Math.floor((covered * 10_000) / lines) / 100
}

export function coverageFinding(
  coverage: Measured,
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
    measured: { value: percentOf(coverage), better: "higher", unit: "%" },
  }
}
