import { componentGate } from "../engine/component-gate.ts"
import { missingTests } from "../engine/scripts.ts"
import { coverageReport } from "../engine/tests.ts"
import type { GateContext, Ran } from "../gate.ts"
import { judgeCoverage } from "./decide.ts"
import { readCoverage } from "./read.ts"

/** Line coverage of each component against its minimum. Reads the run of the tests that is there; nothing runs twice. */
export const gate = componentGate({
  tool: { name: "vitest", package: "vitest" },
  missing: ({ scripts }, files) => missingTests(files, scripts.coverage, "coverage"),
  run: (context, _, name) => coverageOf(context, name),
  read: (ran) => readCoverage(ran.files[coverageReport]),
  decide: (seen, name, _, component) => judgeCoverage(name, component, seen),
})

async function coverageOf(context: GateContext, name: string): Promise<Ran> {
  const ran = await context.tests(name)
  if (!ran.ran) return ran
  // vitest writes no coverage when a test has failed.
  const found = await ran.out.glob(`coverage/${coverageReport}`)
  if (found.length === 0) return { ran: false, why: "no coverage was written; a test may have failed" }
  const text = await ran.out.file(`coverage/${coverageReport}`).contents()
  return { ...ran, files: { [coverageReport]: text }, out: ran.out.directory("coverage") }
}
