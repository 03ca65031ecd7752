import type { TestCase, ToolFinding } from "../../domain/index.ts"
import { firstLine, sourcePath } from "./read.ts"
import { type ReportedComponent, type TestReport, testReport, unreadableReport } from "./report.ts"
import { allNamed, childrenNamed, type Element, readXml } from "./xml.ts"

const form = "junit"

/**
 * JUnit XML, as Surefire, pytest, gotestsum, Node, jest-junit and Mocha write it. There is no standard: what counts is
 * every `testcase`, however deep, with a `failure` or an `error`, `skipped`, or neither. Suites that say that something
 * failed, though none of their cases did, are a finding of their own.
 * @throws OUTPUT_UNREADABLE
 */
export function readJunit(text: string, component: ReportedComponent): TestReport {
  const root = readXml(form, text)
  if (root.name !== "testsuites" && root.name !== "testsuite")
    throw unreadableReport(form, `it begins with <${root.name}>, not with <testsuites> or <testsuite>`)
  const cases: TestCase[] = []
  const findings: ToolFinding[] = []
  const flaky: ToolFinding[] = []
  collect(root, "", (suite, element) => {
    const one = caseOf(suite, element, component)
    cases.push(one)
    if (one.state === "failed") findings.push(failedCase(one, element, component))
    if (one.state === "passed") flaky.push(...flakyCase(one, element, component))
  })
  if (findings.length === 0) findings.push(...failedSuites(root, component))
  return testReport(cases, [...findings, ...flaky])
}

/** Test cases are read below an element of any name; only suites contribute to a case's name. */
function collect(element: Element, suite: string, found: (suite: string, one: Element) => void): void {
  for (const child of element.children) {
    if (child.name === "testcase") found(suite, child)
    const { file, name } = child.attributes
    collect(child, child.name === "testsuite" ? (file ?? name ?? suite) : suite, found)
  }
}

function caseOf(suite: string, element: Element, component: ReportedComponent): TestCase {
  const { name = "", classname = "", file, time } = element.attributes
  const problem = isToBeDone(element) ? undefined : problemOf(element)
  const seconds = Number(time ?? 0)
  return {
    name: classname === "" || `${name} `.startsWith(`${classname} `) ? name : `${classname} ${name}`,
    file: file === undefined ? (suite === "" ? classname : suite) : placeOf(file, component),
    state: problem === undefined ? (isSkipped(element) ? "skipped" : "passed") : "failed",
    seconds: Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) / 1000 : 0,
    ...(problem === undefined ? {} : { message: problem }),
  }
}

/** GoogleTest has no `skipped` in a case that is disabled: its status alone tells that it was not run. */
function isSkipped(element: Element): boolean {
  return (
    childrenNamed(element, "skipped").length > 0 ||
    /^(notrun|disabled)$/i.test(element.attributes.status ?? "")
  )
}

/** Node's own tests that are still to be done may fail: its run succeeds with them. */
function isToBeDone(element: Element): boolean {
  return childrenNamed(element, "skipped").some(({ attributes }) => attributes.type === "todo")
}

/** What a case failed of; undefined where it did not. */
function problemOf(element: Element): string | undefined {
  const problem = [...childrenNamed(element, "failure"), ...childrenNamed(element, "error")][0]
  if (problem === undefined) return failedStatus(element)
  const { message = "" } = problem.attributes
  // gotestsum's message is `Failed`, Node's is the sentence: the text tells more where there is no sentence.
  return /\s/.test(message.trim())
    ? `${message}\n${problem.text}`
    : problem.text.trim() || message || "failed"
}

/** Some writers have no `failure` in a case, or only in those with a message: its status alone tells. */
function failedStatus({ attributes: { status, result, success } }: Element): string | undefined {
  if (/^false$/i.test(success ?? "")) return "it says success=false"
  const failed = /^(fail(ed|ure)?|err(or|ored)?|broken|crash(ed)?|abort(ed)?|time[d -]*out)$/i
  const said = [status, result].find((word) => failed.test(word ?? ""))
  return said === undefined ? undefined : `its status is ${said}`
}

function failedCase(one: TestCase, element: Element, component: ReportedComponent): ToolFinding {
  const at = placeIn(one.message ?? "", component)
  const { file } = element.attributes
  const location = at ?? (file === undefined ? undefined : { file: placeOf(file, component) })
  return {
    rule: "test-failed",
    severity: "high",
    message: `${one.name}: ${firstLine(one.message ?? "failed")}`,
    ...(location === undefined ? {} : { location }),
    component: component.name,
    subject: one.name,
  }
}

/** A case that has passed, with what it had failed of before. */
function flakyCase(one: TestCase, element: Element, component: ReportedComponent): readonly ToolFinding[] {
  const tries = element.children.filter(({ name }) => name === "flakyFailure" || name === "flakyError")
  const [first] = tries
  if (first === undefined) return []
  const text = [first.text, ...childrenNamed(first, "stackTrace").map((stack) => stack.text)].join("\n")
  const { file } = element.attributes
  const location =
    placeIn(text, component) ?? (file === undefined ? undefined : { file: placeOf(file, component) })
  const why = firstLine(first.attributes.message ?? "") || firstLine(text) || "no reason"
  return [
    {
      rule: "test-flaky",
      severity: "info",
      message: `${one.name}: passed on try ${tries.length + 1}; before, ${why}`,
      ...(location === undefined ? {} : { location }),
      component: component.name,
      subject: one.name,
    },
  ]
}

/** Node names the place of the test first, and the line that failed in its cause. */
function placeIn(text: string, component: ReportedComponent) {
  const [, cause = ""] = text.split(/^\s+cause: /m)
  return firstPlaceIn(cause, component) ?? firstPlaceIn(text, component)
}

/** The first place in the component's own files that a stack names: not in a package. */
function firstPlaceIn(text: string, component: ReportedComponent) {
  for (const [, file = "", line = ""] of text.matchAll(
    /(?:^|[\s(/])((?:\/|\.\/)?[\w@.-][\w@./-]*\.\w+):(\d+)/gm,
  )) {
    const below = file.startsWith(`${component.workdir}/`) ? file.slice(component.workdir.length + 1) : file
    if (below.startsWith("/") || below.includes("node_modules/") || !below.includes("/")) continue
    return { file: placeOf(below, component), line: Number(line) }
  }
  return undefined
}

function placeOf(file: string, { path, workdir }: ReportedComponent): string {
  return sourcePath(path, workdir, file.replace(/^file:\/\//, "").replace(/^\.\//, ""))
}

/** Failures of a suite that are none, because their tests are still to be done. */
function toBeDone(suite: Element): number {
  return allNamed(suite, "testcase").filter((one) => isToBeDone(one) && problemOf(one) !== undefined).length
}

/** Something outside of every case failed: a file that did not load, a hook. */
function failedSuites(root: Element, { name: component }: ReportedComponent): readonly ToolFinding[] {
  const failed = [root, ...allNamed(root, "testsuite")].filter(
    (suite) =>
      problemOf(suite) !== undefined ||
      Number(suite.attributes.failures ?? 0) > toBeDone(suite) ||
      Number(suite.attributes.errors ?? 0) > 0,
  )
  return failed.slice(-1).map(({ attributes: { name = "" } }) => ({
    rule: "suite-failed",
    severity: "high",
    message: `${name === "" ? "the test run" : name}: it says that tests failed, and names none`,
    component,
    subject: name === "" ? "the whole run" : name,
  }))
}
