import type { FindingReport } from "../formats/findings.ts"
import type { Judgement } from "../gate.ts"

/** What a linter or a compiler has found. One that looked at nothing, or failed and named nothing, is an error. */
export function decideFindings(
  name: string,
  report: FindingReport,
  exitCode: number,
  tool: string,
): Judgement {
  const { findings, problems, files, suppressed, ignored = 0 } = report
  const errors = problems.map((problem) => `${name}: ${problem}`)
  const refuses = findings.some(({ severity }) => severity !== "info")
  if (errors.length === 0 && files === 0 && !refuses) errors.push(`${name}: ${tool} looked at no file`)
  const onlyNotes = report.notesEndWith1 === true && exitCode === 1 && findings.length > 0
  if (errors.length === 0 && exitCode !== 0 && !refuses && !onlyNotes)
    errors.push(`${name}: ${tool} ended with ${exitCode} and named no error${hint(findings.length)}`)
  const looked =
    files === null ? `${tool} found ${findings.length === 0 ? "nothing" : findings.length}` : `${files} files`
  const unseen = ignored === 0 ? "" : `, ${ignored} ignored`
  const silenced = suppressed === 0 ? "" : `, ${suppressed} switched off in the code`
  return {
    findings,
    errors,
    summary: `${name}: ${looked}${unseen}${silenced}`,
    tools: [],
    figures: { ...(files === null ? {} : { files }), ...(ignored === 0 ? {} : { ignored }), suppressed },
    reports: {},
  }
}

/** Too many warnings for the project's own limit: its script refuses, and so does the gate. */
function hint(warnings: number): string {
  return warnings === 0 ? "" : "; --max-warnings may be exceeded"
}
