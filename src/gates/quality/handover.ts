/** Reports of a component's own checks, as the scanner reads them: with paths below the source root. */
import type { TestCase } from "../../domain/index.ts"
import { sourcePath } from "../formats/read.ts"
import type { ReportedComponent } from "../formats/report.ts"

/** lcov with the paths of its files below the source root: the tests ran in another directory. */
export function lcovBelowRoot(text: string, { path, workdir }: ReportedComponent): string {
  return text
    .split(/\r?\n/)
    .map((line) =>
      line.startsWith("SF:") ? `SF:${sourcePath(path, workdir, line.slice(3).replace(/^\.\//, ""))}` : line,
    )
    .join("\n")
}

/**
 * Test cases in SonarQube's generic form. A file that the scanner does not know as a test file would end it with an error: of a
 * case without one, only its component's report tells.
 */
export function genericTests(cases: readonly TestCase[], isTestFile: (path: string) => boolean): string {
  const byFile = new Map<string, TestCase[]>()
  for (const one of cases)
    if (isTestFile(one.file)) byFile.set(one.file, [...(byFile.get(one.file) ?? []), one])
  const files = [...byFile].map(
    ([file, all]) => `  <file path="${xml(file)}">\n${all.map(caseXml).join("")}  </file>\n`,
  )
  return `<testExecutions version="1">\n${files.join("")}</testExecutions>\n`
}

function caseXml({ name, seconds, state, message = "" }: TestCase): string {
  const open = `    <testCase name="${xml(name)}" duration="${Math.round(seconds * 1000)}"`
  switch (state) {
    case "passed":
      return `${open}/>\n`
    case "skipped":
      return `${open}><skipped message="${xml(message || "skipped")}"/></testCase>\n`
    case "failed":
      return `${open}><failure message="${xml(firstLine(message))}">${xml(message)}</failure></testCase>\n`
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] || "failed"
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
}

/** Characters that no XML may hold are left out: a test may print colours. */
function xml(text: string): string {
  return text
    .replaceAll(/[^\t\n\x20-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "")
    .replaceAll(/[&<>"\n]/g, (one) => entities[one] ?? one)
}
