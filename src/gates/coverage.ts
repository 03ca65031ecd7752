import { lockedVersion, perComponent } from "./components.ts"
import type { Gate } from "./context.ts"
import { judgeCoverage } from "./judge/coverage.ts"
import { readCoverage } from "./readers/coverage.ts"
import { coverageReport } from "./unit.ts"

/** Line coverage of each component against its minimum. Reads what the gate `unit` has run; nothing runs twice. */
export const coverage: Gate = {
  name: "coverage",
  run: (context) =>
    perComponent(
      context,
      { name: "vitest", version: (component) => lockedVersion(context, component, "vitest") },
      async (name) => {
        const ran = await context.tests(name)
        if (!ran.ran) return ran
        // vitest writes no coverage when a test has failed.
        const found = await ran.out.glob(`coverage/${coverageReport}`)
        if (found.length === 0) return { ran: false, why: "no coverage was written; a test may have failed" }
        const text = await ran.out.file(`coverage/${coverageReport}`).contents()
        return { ...ran, files: { [coverageReport]: text }, out: ran.out.directory("coverage") }
      },
      (named, component, ran) =>
        judgeCoverage(named.name, component, readCoverage(ran.files[coverageReport])),
    ),
}
