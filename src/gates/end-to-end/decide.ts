import { posix } from "node:path"
import type { ToolFinding } from "../../domain/index.ts"
import { judgeTests } from "../engine/judge-tests.ts"
import { noResult } from "../engine/merge.ts"
import type { TestReport } from "../formats/report.ts"
import type { Judgement } from "../gate.ts"
import type { EndToEndReading } from "./read.ts"
import type { EndToEndSettings } from "./settings.ts"

/** A test that had no browser has said nothing about the application. */
const noBrowser =
  /^\s*(?:Error: )?browserType\.(?:launch|launchPersistentContext|launchServer|connect|connectOverCDP): (.+)$/m

const shown = 5

/** What failed is a finding; what kept tests from judging is an error, whatever else has failed. */
export function decideEndToEnd(reading: EndToEndReading, { flaky }: EndToEndSettings): Judgement {
  const { directory, started, result, tools, files } = reading
  const about = { tools, reports: files }
  if (typeof result === "string") return { ...noResult(`${directory}: ${result}`), ...about }
  const { report, exitCode, said } = result
  const without = withoutBrowser(report)
  const judged = judgeTests(directory, failuresOf(report), exitCode, started)
  const told = report.findings.filter(({ rule }) => rule === "test-flaky")
  const [first, ...others] = judged.errors
  const findings = [
    ...judged.findings.filter(({ subject }) => !without.names.includes(subject ?? "")),
    ...told.map((one): ToolFinding => (flaky === "refuse" ? { ...one, severity: "high" } : one)),
    ...unseenRetries(reading),
  ]
  const count = told.length === 0 ? "" : `, ${told.length} flaky`
  return {
    ...judged,
    ...about,
    findings,
    errors: [
      ...without.errors.map((why) => `${directory}: ${why}`),
      ...(first === undefined ? [] : [`${first}${said}`]),
      ...others,
      ...changedTree(directory, reading.changed),
    ],
    summary: `${judged.summary}${count}`,
    figures: { ...judged.figures, flaky: told.length },
  }
}

/** That a test passed in the end is no failure by which to explain an exit code. */
function failuresOf(report: TestReport): TestReport {
  return { ...report, findings: report.findings.filter(({ rule }) => rule !== "test-flaky") }
}

function withoutBrowser({ cases }: TestReport): {
  readonly names: readonly string[]
  readonly errors: readonly string[]
} {
  const found = cases.flatMap(({ name, state, message = "" }) => {
    const why = state === "failed" ? noBrowser.exec(message)?.[1] : undefined
    return why === undefined ? [] : [{ name, why }]
  })
  const [first] = found
  if (first === undefined) return { names: [], errors: [] }
  const names = found.map(({ name }) => name)
  return {
    names,
    errors: [
      `the browser did not start for ${names.slice(0, shown).join(", ")}${names.length > shown ? ` and ${names.length - shown} more` : ""}: ${first.why}; ` +
        "the configuration of Playwright has to start the one that BROWSER_PATH names (docs/end-to-end.md)",
    ],
  }
}

/** Since 1.59 the report says which tests were tried again. */
function unseenRetries({ playwright, directory }: EndToEndReading): readonly ToolFinding[] {
  if (playwright === undefined) return []
  const [major = 0, minor = 0] = playwright.split(".").map(Number)
  if (major > 1 || (major === 1 && minor >= 59)) return []
  return [
    {
      rule: "retries-unseen",
      severity: "info",
      message: `Playwright ${playwright} does not report which tests have passed only when they were tried again`,
      location: { file: posix.join(directory, "package.json") },
      subject: playwright,
    },
  ]
}

function changedTree(directory: string, changed: readonly string[]): readonly string[] {
  if (changed.length === 0) return []
  const more = changed.length > shown ? ` and ${changed.length - shown} more` : ""
  return [
    `${directory}: the tests changed ${changed.slice(0, shown).join(", ")}${more}: they have not judged the tree as it is`,
  ]
}
