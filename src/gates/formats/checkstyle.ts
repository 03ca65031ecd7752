import type { ToolFinding } from "../../domain/index.ts"
import type { FindingReport } from "./findings.ts"
import { sourcePath } from "./read.ts"
import { type ReportedComponent, unreadableReport } from "./report.ts"
import { childrenNamed, countAt, type Element, readXml } from "./xml.ts"

const form = "checkstyle"

/**
 * Checkstyle's XML, which linters of other languages write as well. Errors refuse; warnings and the rest are reported. It names
 * every file that it looked at.
 * @throws OUTPUT_UNREADABLE
 */
export function readCheckstyle(text: string, component: ReportedComponent): FindingReport {
  const root = readXml(form, text)
  if (root.name !== "checkstyle") throw unreadableReport(form, `it begins with <${root.name}>`)
  const files = childrenNamed(root, "file")
  const exceptions = files.flatMap((file) => childrenNamed(file, "exception"))
  return {
    findings: files.flatMap((file) =>
      childrenNamed(file, "error").map((one) => finding(one, file, component)),
    ),
    problems: exceptions.map(
      ({ text: said }) => `it could not look at everything: ${said.trim().split("\n")[0] ?? ""}`,
    ),
    files: files.length,
    suppressed: 0,
  }
}

function finding(error: Element, file: Element, component: ReportedComponent): ToolFinding {
  const { source = "", severity = "error", message = "", column } = error.attributes
  const { name = "" } = file.attributes
  const line = error.attributes.line === undefined ? 0 : countAt(form, error, "line")
  return {
    rule: ruleOf(source),
    severity: severity === "error" ? "high" : "info",
    message,
    location: {
      file: sourcePath(component.path, component.workdir, name),
      ...(line < 1 ? {} : { line }),
      ...(column === undefined || Number(column) < 1 ? {} : { column: countAt(form, error, "column") }),
    },
    component: component.name,
    subject: message,
  }
}

/** `com.puppycrawl.tools.checkstyle.checks.blocks.NeedBracesCheck` is known as NeedBraces. */
function ruleOf(source: string): string {
  const name = source.split(".").at(-1) ?? source
  return name.replace(/Check$/, "") || form
}
