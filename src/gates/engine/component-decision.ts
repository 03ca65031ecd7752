import { asSignalboxError, type ToolFinding } from "../../domain/index.ts"
import { type CheckName, directoryOf } from "../../languages/index.ts"
import { sourcePath } from "../formats/read.ts"
import type { CheckRun, Judgement } from "../gate.ts"
import { withAside } from "./aside.ts"
import type { ComponentCheck, ComponentReading, ComponentRun } from "./component-check.ts"
import { lastOutput } from "./last-output.ts"
import { noResult } from "./merge.ts"
import { below } from "./reports.ts"
import { nextStep, startsAnother, whatRan } from "./what-ran.ts"

/** What a component's check wrote, read. What cannot be read is its error, with what the command said last. */
export function readComponent<Reading, Gathered>(
  check: ComponentCheck<Reading, Gathered>,
  part: ComponentRun<Gathered>,
): ComponentReading<Reading, Gathered> {
  const { name, component, manifest, run } = part
  if ("undetermined" in run)
    return {
      ...part,
      error: `${run.undetermined}; say how, or why not: components.${name}.checks.${check.name}`,
    }
  if (!run.outcome.finished) {
    const { why, ended } = run.outcome
    if (ended === undefined) return { ...part, error: why }
    const next = nextStep(run.check, name, check.name)
    return { ...part, error: `${whatRan(run.check)} ${ended.how}${ended.said}; ${next}` }
  }
  try {
    const reading = check.read(run.report, run.check, {
      ...{ name, workdir: run.workdir },
      path: directoryOf(component),
    })
    const { exitCode } = run.outcome
    return { ...part, reading, about: { name, component, manifest, tool: whatRan(run.check), exitCode } }
  } catch (thrown) {
    const { message } = asSignalboxError(thrown)
    const { exitCode } = run.outcome
    const ran = run.check.tool.script === undefined ? "" : `${whatRan(run.check)} ended with ${exitCode}; `
    return { ...part, error: `${ran}${message}${saidBeside(run)}${elsewhere(run.check, name, check.name)}` }
  }
}

/** The judgement of one component, with the reports of its check. */
export function decideComponent<Reading, Gathered>(
  check: ComponentCheck<Reading, Gathered>,
  part: ComponentReading<Reading, Gathered>,
): Judgement {
  const { name, place, tools, run } = part
  const judgement =
    "error" in part
      ? noResult(`${name}: ${part.error}`)
      : check.decide(part.reading, part.about, part.gathered)
  if ("undetermined" in run || !run.outcome.finished) return { ...judgement, tools, reports: {} }
  const { files, changed = [], comments = [] } = run.outcome
  const [first, ...others] = judgement.errors
  // Where nothing was found, what the command said is all that tells why.
  const said =
    first !== undefined && !("error" in part) && judgement.findings.length === 0 ? saidBeside(run) : ""
  const hint = first === undefined || "error" in part ? "" : elsewhere(run.check, name, check.name)
  const errors = [
    ...(first === undefined ? [] : [`${first}${said}${hint}`]),
    ...others,
    ...changedTree(name, changed),
  ]
  const decided = withAside({ ...judgement, errors, tools, reports: below(place, files) }, part)
  if (check.tellsComments !== true || comments.length === 0) return decided
  return {
    ...decided,
    findings: [...decided.findings, ...comments.map((one) => silenced(one, part))],
    summary: `${decided.summary}, ${comments.length} switched off in the code`,
    figures: { ...judgement.figures, suppressed: (judgement.figures.suppressed ?? 0) + comments.length },
  }
}

/** What to do where a script runs something else than the tool whose arguments it gets. */
function elsewhere(check: CheckRun["check"], component: string, name: CheckName): string {
  return startsAnother(check) ? `; ${nextStep(check, component, name)}` : ""
}

/** A comment has no owner and no expiry, as waivers have: it is listed. */
function silenced(
  { file, line, text }: { readonly file: string; readonly line: number; readonly text: string },
  { name, component }: ComponentRun,
): ToolFinding {
  return {
    rule: "switched-off",
    severity: "info",
    message: `switched off in the code: ${text}`,
    location: { file: sourcePath(directoryOf(component), "", file), line },
    component: name,
    subject: text,
  }
}

const shownFiles = 5

/** A command that repairs files before it judges them has not judged what is released. */
function changedTree(name: string, changed: readonly string[]): readonly string[] {
  if (changed.length === 0) return []
  const more = changed.length > shownFiles ? ` and ${changed.length - shownFiles} more` : ""
  const files = `${changed.slice(0, shownFiles).join(", ")}${more}`
  return [`${name}: its command changed ${files}: it has not judged the tree as it is`]
}

/** The last words of a command that ended with an error, other than its report. */
function saidBeside({ outcome, check }: CheckRun): string {
  if (!outcome.finished || outcome.exitCode === 0) return ""
  const { [check.report.path]: _, ...rest } = outcome.files
  return lastOutput(rest)
}
