import type { Judgement } from "../gate.ts"
import type { TscResult } from "./read.ts"

export function judgeTsc(name: string, result: TscResult, exitCode: number): Judgement {
  const { findings, problems, files } = result
  const errors = problems.map((problem) => `${name}: ${problem}`)
  if (errors.length === 0 && files === 0 && findings.length === 0)
    errors.push(`${name}: tsc looked at no file`)
  if (errors.length === 0 && exitCode !== 0 && findings.length === 0)
    errors.push(`${name}: tsc ended with ${exitCode} and named no error`)
  const summary = `${name}: ${files} files`
  return { findings, errors, summary, tools: [], figures: { files }, reports: {} }
}
