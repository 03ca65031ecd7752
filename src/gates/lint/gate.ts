import { componentGate } from "../engine/component-gate.ts"
import { decideFindings } from "../engine/decide-findings.ts"
import { findingFormatOf, readFindings } from "../formats/findings.ts"

/** Each component's linter: what it refuses, it refuses. */
export const gate = componentGate({
  name: "lint",
  // ESLint tells of its own in its report; of other linters the code alone tells.
  tellsComments: true,
  read: (report, check, component) => readFindings(findingFormatOf(check.report.format), report, component),
  decide: (reading, { name, exitCode, tool }) => decideFindings(name, reading, exitCode, tool),
})
