import type { Component } from "../../config/index.ts"
import type { GateContext, Ran } from "../gate.ts"
import { runScript } from "./components.ts"
import { outDirectory } from "./exec.ts"

export const testReport = "vitest.json"
export const coverageReport = "coverage-summary.json"

/**
 * Runs a component's tests once, with coverage, for every gate that reads them. The project's own thresholds are off: the
 * minimum is Signalbox's, and with both an exit code of 1 could mean either.
 */
export function runTests(context: GateContext, component: Component): Promise<Ran> {
  const thresholds = ["lines", "statements", "functions", "branches"].map(
    (kind) => `--coverage.thresholds.${kind}=0`,
  )
  return runScript(
    context,
    component,
    component.scripts.coverage,
    [
      ...["--reporter=json", `--outputFile=${outDirectory}/${testReport}`, "--coverage.enabled"],
      ...["--coverage.reporter=json-summary", `--coverage.reportsDirectory=${outDirectory}/coverage`],
      ...thresholds,
    ],
    [0, 1],
    [testReport],
  )
}
