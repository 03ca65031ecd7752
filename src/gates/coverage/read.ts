import { z } from "zod"
import type { ToolFinding } from "../../domain/index.ts"
import { readJson } from "../formats/read.ts"

const summary = z.looseObject({
  total: z.object({ lines: z.object({ total: z.number(), covered: z.number() }) }),
})

export interface Coverage {
  readonly lines: number
  readonly covered: number
}

/** Istanbul's json-summary. The counts are read, not its rounded percentage. @throws OUTPUT_UNREADABLE */
export function readCoverage(text: string | undefined): Coverage {
  const { lines } = readJson("the coverage reporter", text, summary).total
  return { lines: lines.total, covered: lines.covered }
}

/** Whether at least that many percent are covered; the limit itself passes. Exact: nothing is rounded. */
export function meetsMinimum({ lines, covered }: Coverage, minimum: number): boolean {
  return covered * 100 >= minimum * lines
}

/** Two decimals, rounded down, so that 87.999 % is never shown as 88 %. */
export function percentText({ lines, covered }: Coverage): string {
  return `${(Math.floor((covered * 10_000) / lines) / 100).toFixed(2)} %`
}

export function coverageFinding(
  coverage: Coverage,
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
