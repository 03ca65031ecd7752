import type { TestReport } from "../formats/report.ts"
import type { Judgement } from "../gate.ts"

export function judgeTests(name: string, result: TestReport, exitCode: number, tool: string): Judgement {
  const { findings, cases, passed, failed, skipped } = result
  const errors: string[] = []
  if (passed + failed === 0 && findings.length === 0) errors.push(`${name}: no test was run`)
  if (exitCode !== 0 && findings.length === 0 && errors.length === 0)
    errors.push(
      `${name}: ${tool} ended with ${exitCode} though no test failed (an unhandled error?); see stderr.txt`,
    )
  const left = skipped === 0 ? "" : `, ${skipped} skipped`
  const summary = `${name}: ${passed} passed${left}`
  const figures = { passed, failed, skipped }
  return { findings, errors, summary, tools: [], figures, cases, reports: {} }
}
