import type { Judgement } from "../gate.ts"
import type { EslintResult } from "./read.ts"

export function judgeEslint(name: string, result: EslintResult, exitCode: number): Judgement {
  const { findings, files, suppressed } = result
  const errors: string[] = []
  if (files === 0) errors.push(`${name}: eslint looked at no file`)
  const hasErrors = findings.some(({ severity }) => severity !== "info")
  // Too many warnings for the project's own --max-warnings: its script refuses, and so does the gate.
  if (exitCode !== 0 && !hasErrors)
    errors.push(`${name}: eslint ended with ${exitCode} without an error; --max-warnings may be exceeded`)
  const silenced = suppressed === 0 ? "" : `, ${suppressed} switched off in the code`
  const summary = `${name}: ${files} files${silenced}`
  return { findings, errors, summary, tools: [], figures: { files, suppressed }, reports: {} }
}
