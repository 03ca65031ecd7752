import { componentGate } from "../engine/component-gate.ts"
import { decideFindings } from "../engine/decide-findings.ts"
import { findingFormatOf, readFindings } from "../formats/findings.ts"

/** Each component's compiler, which checks types and writes nothing. */
export const gate = componentGate({
  name: "typecheck",
  tellsComments: true,
  read: (report, check, component) => readFindings(findingFormatOf(check.report.format), report, component),
  decide: (reading, { name, exitCode, tool }) => decideFindings(name, reading, exitCode, tool),
})
