import type { Component } from "../config/index.ts"
import { lockedVersion, perComponent, runScript } from "./components.ts"
import type { Gate, GateContext } from "./context.ts"
import { outDirectory, type Ran } from "./exec.ts"
import { judgeTests } from "./judge/unit.ts"
import { readVitest } from "./readers/vitest.ts"

export const testReport = "vitest.json"
export const coverageReport = "coverage-summary.json"

/**
 * Runs a component's tests once, with coverage. The project's own thresholds are off: the gate has one of its own, and
 * with both an exit code of 1 could mean either.
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

/** vitest over each component. 0 is passed, 1 is failures; the report tells which. */
export const unit: Gate = {
  name: "unit",
  run: (context) =>
    perComponent(
      context,
      { name: "vitest", version: (component) => lockedVersion(context, component, "vitest") },
      (name) => context.tests(name),
      (named, _, ran) => judgeTests(named.name, readVitest(ran.files[testReport], named), ran.exitCode),
    ),
}
