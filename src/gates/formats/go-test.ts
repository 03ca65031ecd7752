import { z } from "zod"
import type { TestCase, ToolFinding } from "../../domain/index.ts"
import { sourcePath } from "./read.ts"
import { type ReportedComponent, type TestReport, testReport, unreadableReport } from "./report.ts"

const form = "go-test"

/** One line of `go test -json` (`go doc test2json`); actions that tell no result are of no interest here. */
const event = z.looseObject({
  Action: z.string(),
  Package: z.string().optional(),
  Test: z.string().optional(),
  Elapsed: z.number().optional(),
  Output: z.string().optional(),
  ImportPath: z.string().optional(),
  FailedBuild: z.string().optional(),
})
type Event = z.output<typeof event>

const ends: Readonly<Record<string, TestCase["state"]>> = { pass: "passed", fail: "failed", skip: "skipped" }

/** A test, or a package: what it said, and how it ended. */
interface Run {
  readonly package: string
  readonly test: string | undefined
  readonly said: string[]
  end?: Event
}

/**
 * What `go test -json` prints. A package that fails though none of its tests did (it does not build, or ends before its
 * tests do) is a finding of its own, and so is a package or a test that has begun and not ended.
 * @throws OUTPUT_UNREADABLE
 */
export function readGoTest(text: string, component: ReportedComponent): TestReport {
  const events = eventsIn(text)
  const runs = [...runsOf(events).values()]
  const tests = runs.filter(({ test }) => test !== undefined)
  const failed = tests.filter((run) => stateOf(run) === "failed")
  const findings = failed
    .filter((run) => !hasFailedPart(run, failed))
    .map((run) => failedTest(run, component))
  const packages = runs.filter((run) => run.test === undefined && stateOf(run) === "failed")
  const unexplained = packages.filter((one) => !failed.some((run) => run.package === one.package))
  const suites = [
    ...unexplained.map((run) => failedPackage(run, events, component)),
    ...unnamedFailures(events).map((name) => unendedRun(name, component)),
  ]
  return testReport(
    tests.map((run) => caseOf(run)),
    [...findings, ...suites],
  )
}

function eventsIn(text: string): readonly Event[] {
  const events = text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return []
    try {
      return [event.parse(JSON.parse(line))]
    } catch (cause) {
      throw unreadableReport(form, `line ${index + 1} is no event: ${line.slice(0, 80)}`, cause)
    }
  })
  if (events.length > 0) return events
  throw unreadableReport(form, "it has no event: the flag -json makes go test write them")
}

function runsOf(events: readonly Event[]): ReadonlyMap<string, Run> {
  const runs = new Map<string, Run>()
  for (const one of events) {
    if (one.Package === undefined) continue
    const key = `${one.Package}\0${one.Test ?? ""}`
    const run = runs.get(key) ?? { package: one.Package, test: one.Test, said: [] }
    runs.set(key, run)
    if (one.Output !== undefined) run.said.push(one.Output)
    // With -count each run of a test ends: one that has failed once has failed.
    if (Object.hasOwn(ends, one.Action) && run.end?.Action !== "fail") run.end = one
  }
  return runs
}

function stateOf({ end }: Run): TestCase["state"] {
  return (end === undefined ? undefined : ends[end.Action]) ?? "failed"
}

function caseOf(run: Run): TestCase {
  const state = stateOf(run)
  return {
    name: nameOf(run),
    file: run.package,
    state,
    seconds: run.end?.Elapsed ?? 0,
    ...(state === "failed" ? { message: wordsOf(run) } : {}),
  }
}

const nameOf = ({ package: of, test = "" }: Run): string => `${of} ${test}`.trimEnd()

/** A test whose parts are tests fails with each of them: the part tells why. */
function hasFailedPart(run: Run, failed: readonly Run[]): boolean {
  return failed.some((one) => one.package === run.package && one.test?.startsWith(`${run.test}/`))
}

function failedTest(run: Run, component: ReportedComponent): ToolFinding {
  const words = wordsOf(run)
  return {
    rule: "test-failed",
    severity: "high",
    message: `${nameOf(run)}: ${words.split("\n")[0] ?? ""}`,
    ...placeIn(run.said.join(""), component),
    component: component.name,
    subject: nameOf(run),
  }
}

function failedPackage(run: Run, events: readonly Event[], component: ReportedComponent): ToolFinding {
  const build = run.end?.FailedBuild
  const built = events.filter(({ ImportPath }) => build !== undefined && ImportPath === build)
  const said = built.flatMap(({ Output }) => Output ?? [])
  const words = wordsOf({ ...run, said: said.length > 0 ? said : run.said })
  return {
    rule: "suite-failed",
    severity: "high",
    message: `${run.package}: ${words.split("\n")[0] ?? ""}`,
    ...placeIn(said.join(""), component),
    component: component.name,
    subject: run.package,
  }
}

/** What failed to build and no package tells, what failed without a name, and packages whose tests ended and that did not. */
function unnamedFailures(events: readonly Event[]): readonly string[] {
  const packages = events.filter(({ Package, Test }) => Package !== undefined && Test === undefined)
  const told = new Set(packages.flatMap(({ Package, FailedBuild }) => [Package, FailedBuild]))
  const names = events.flatMap(({ Action, Package, Test, ImportPath }) => {
    if (Package === undefined && Action === "fail") return ["the test run"]
    if (Action === "build-fail" && !told.has(ImportPath)) return [ImportPath ?? "a package"]
    return Test !== undefined && !told.has(Package) ? [Package ?? "a package"] : []
  })
  return [...new Set(names)]
}

function unendedRun(name: string, { name: component }: ReportedComponent): ToolFinding {
  const message = `${name}: it failed, or did not end, and names no test`
  return { rule: "suite-failed", severity: "high", message, component, subject: name }
}

/** What it said itself: without the lines that tell its name and how it ended, and the headline of a build. */
function wordsOf({ said, end }: Run): string {
  const own = said
    .join("")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(===|---|# |FAIL\b|PASS\b)/.test(line))
  if (own.length > 0) return own.join("\n")
  return end === undefined ? "it began and did not end" : "failed"
}

/** Go names files by their package's directory alone; with `-fullpath`, and of what does not build, it says where they are. */
function placeIn(text: string, { path, workdir }: ReportedComponent) {
  for (const [, file = "", line = ""] of text.matchAll(/(?:^|\s)([\w@./-]+\/[\w@.-]+\.go):(\d+)/gm)) {
    const isOutside = file.startsWith("/") && !file.startsWith(`${workdir}/`)
    if (!isOutside) return { location: { file: sourcePath(path, workdir, file), line: Number(line) } }
  }
  return {}
}
