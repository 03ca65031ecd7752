import type { Component } from "../config/index.ts"
import { lockedVersion, perComponent } from "./components.ts"
import type { Gate } from "./context.ts"
import type { Judgement } from "./judgement.ts"
import {
  type Coverage,
  coverageFinding,
  meetsMinimum,
  percentText,
  readCoverage,
} from "./readers/coverage.ts"
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

export function judgeCoverage(
  name: string,
  component: Pick<Component, "coverageMinimum" | "path">,
  seen: Coverage,
): Judgement {
  const { coverageMinimum: minimum, path } = component
  const base = { tools: [], reports: {}, errors: [] }
  if (seen.lines === 0)
    return { ...base, findings: [], errors: [`${name}: no line was measured`], summary: "", figures: {} }
  const findings = meetsMinimum(seen, minimum)
    ? []
    : [coverageFinding(seen, minimum, name, `${path}/package.json`)]
  const figures = { [`${name}Percent`]: Math.floor((seen.covered * 10_000) / seen.lines) / 100 }
  return { ...base, findings, summary: `${name}: ${percentText(seen)} of ${minimum} % required`, figures }
}
