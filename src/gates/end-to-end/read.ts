import { posix } from "node:path"
import { asSignalboxError, type TestCase, type ToolFinding, type ToolIdentity } from "../../domain/index.ts"
import { lastOutput } from "../engine/last-output.ts"
import { whatRan } from "../engine/what-ran.ts"
import type { TestReport } from "../formats/report.ts"
import { readTests } from "../formats/tests.ts"
import type { CheckRun } from "../gate.ts"
import type { EndToEndRun } from "./run.ts"

/** The exit code of at-localhost.ts for a program that is not there. */
const notFound = 127

export interface EndToEndReading {
  readonly tools: readonly ToolIdentity[]
  readonly directory: string
  /** What was started, as errors name it. */
  readonly started: string
  /** Installed version of Playwright; undefined where it is another program. */
  readonly playwright: string | undefined
  /** What the tests wrote, or why there is no judgement. */
  readonly result: { readonly report: TestReport; readonly exitCode: number; readonly said: string } | string
  /** Files of the tree that the tests changed. */
  readonly changed: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

/** What the tests wrote, with the line of each that has failed. */
export function readEndToEnd({ run, tools, directory, files }: EndToEndRun): EndToEndReading {
  const { check, outcome, report, workdir } = run
  const about = { tools, directory, started: whatRan(check) }
  if (!outcome.finished)
    return { ...about, playwright: undefined, result: whyUnfinished(run), changed: [], files: {} }
  const { exitCode, changed = [], version } = outcome
  const finished = {
    ...about,
    playwright: check.tool.package === undefined ? undefined : (version ?? "unknown"),
    ...{ changed, files: outcome.files },
  }
  const said = exitCode === 0 ? "" : lastOutput(outcome.files)
  try {
    const read = readTests("junit", report, { name: directory, path: directory, workdir })
    return { ...finished, result: { report: placed(read, directory, files), exitCode, said } }
  } catch (thrown) {
    const { message } = asSignalboxError(thrown)
    return { ...finished, result: `${about.started} ended with ${exitCode}; ${message}${said}` }
  }
}

/** As whoever reads it knows the command, which is started by a program of ours. */
function whyUnfinished({ check, outcome }: CheckRun): string {
  if (outcome.finished) return ""
  if (outcome.ended === undefined) return outcome.why
  const { how, said } = outcome.ended
  const next = how.endsWith(` ${notFound}`)
    ? `; ${check.command[0] ?? ""} has to be among the packages of the lock file, or a program of the browser's image`
    : ""
  return `${whatRan(check)} ${how}${said}${next}`
}

/** A test that runs out of its time may name no line of its own: its heading does, by the last part of its path. */
function placed(report: TestReport, directory: string, files: readonly string[]): TestReport {
  const findings = report.findings.map((finding) => {
    if (finding.location?.line !== undefined) return finding
    const failed = report.cases.find((one) => one.name === finding.subject)
    const location = failed === undefined ? undefined : headed(failed, directory, files)
    return location === undefined ? finding : { ...finding, location }
  })
  return { ...report, findings }
}

function headed(
  { message = "" }: TestCase,
  directory: string,
  files: readonly string[],
): ToolFinding["location"] {
  const [, file, line] = /^\s*(?:\[[^\]]*\] › )?([\w@][\w@./-]*\.\w+):(\d+):\d+ › /m.exec(message) ?? []
  if (file === undefined) return undefined
  const found = files.filter((one) => one === file || one.endsWith(`/${file}`))
  const [only] = found
  return only === undefined || found.length > 1
    ? undefined
    : { file: posix.join(directory, only), line: Number(line) }
}
