import type { ToolFinding } from "../../domain/index.ts"
import { type CompilerMessage, cargoEvent, cargoMessages } from "./cargo-messages.ts"
import type { FindingReport } from "./findings.ts"
import { type ReportedComponent, unreadableReport } from "./report.ts"

const form = "cargo-json"

/**
 * What `cargo check` and `cargo clippy` print with `--message-format=json`. Errors refuse, warnings are reported. A run that
 * does not say how it ended has not looked at everything.
 * @throws OUTPUT_UNREADABLE
 */
export function readCargoJson(text: string, component: ReportedComponent): FindingReport {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "")
  const events = lines.map((line) => {
    const one = cargoEvent(line, form)
    if (one === null) throw unreadableReport(form, `${line.slice(0, 80)} is no message of Cargo`)
    return one
  })
  const { messages, success } = cargoMessages(events, component, form)
  const told = messages.filter(({ level }) => level !== "other")
  return {
    findings: told.map((one) => findingOf(one, component)),
    problems: success === undefined ? ["Cargo does not say how it ended"] : [],
    files: null,
    suppressed: 0,
  }
}

function findingOf(
  { level, text, code, location }: CompilerMessage,
  { name }: ReportedComponent,
): ToolFinding {
  return {
    rule: code ?? "rustc",
    severity: level === "error" ? "high" : "info",
    message: text,
    ...(location === undefined ? {} : { location }),
    component: name,
    subject: text,
  }
}
