import { componentGate } from "../engine/component-gate.ts"
import { coverageFormatOf, readCoverage } from "../formats/coverage.ts"
import { judgeCoverage } from "./decide.ts"

/** Line coverage of each component against its minimum. Reads the run of the tests that is there; nothing runs twice. */
export const gate = componentGate({
  name: "coverage",
  read: (report, check) => readCoverage(coverageFormatOf(check.report.format), report),
  decide: (reading, { name, component, manifest }) => judgeCoverage(name, component, manifest, reading),
})
