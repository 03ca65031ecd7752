import { componentGate } from "../engine/component-gate.ts"
import { coverageFormatOf, readCoverage } from "../formats/coverage.ts"
import { judgeCoverage } from "./decide.ts"
import { unmeasuredSources } from "./sources.ts"

/** Line coverage of each component against its minimum. Reads the run of the tests that is there; nothing runs twice. */
export const gate = componentGate({
  name: "coverage",
  tellsComments: true,
  read: (report, check) => readCoverage(coverageFormatOf(check.report.format), report),
  gather: unmeasuredSources,
  decide: (reading, about, unmeasured) => judgeCoverage(about, reading, unmeasured),
})
