import type { OperationEvidence, OperationStep } from "../../domain/index.ts"
import { type JUnitCase, type JUnitSuite, junitXml } from "../junit-xml.ts"
import { overrideOf, titleOf } from "./words.ts"

/** Steps, smoke tests and objectives of an operation as suites; the outcome is a case of its own, so it is always shown. */
export function operationJUnit(evidence: OperationEvidence): string {
  const { report, smoke, load } = evidence
  const override = overrideOf(evidence)
  const suites: JUnitSuite[] = [
    {
      name: report.environment,
      cases: [...report.steps.map(stepCase), outcomeCase(evidence)],
      properties: {
        ...{ operation: report.operation, outcome: report.outcome, exitCode: String(report.exitCode) },
        ...(override === undefined ? {} : { override }),
      },
    },
  ]
  if (smoke !== undefined) {
    const cases = smoke.cases.map(({ name, seconds, passed, message }) =>
      testCase("smoke", name, seconds, passed, message),
    )
    suites.push({ name: "smoke", cases, properties: { verdict: smoke.verdict } })
  }
  if (load !== undefined) {
    const cases = load.objectives.map(({ name, passed, measured }) =>
      testCase("load", name, 0, passed, measured),
    )
    suites.push({ name: "load", cases, properties: { verdict: load.verdict, profile: load.profile } })
  }
  return junitXml(titleOf(report), suites)
}

function stepCase(step: OperationStep): JUnitCase {
  const base = { name: step.title, className: "steps", seconds: step.seconds }
  const message = step.note ?? step.state
  if (step.state === "done") return base
  // A step that was interrupted and a test without a verdict count as failures; a step that was not reached is skipped.
  const kind = step.state === "pending" ? "skipped" : "failure"
  return { ...base, problem: { kind, message } }
}

function outcomeCase({ report, diagnosis }: OperationEvidence): JUnitCase {
  const base = { name: "outcome", className: "operation", seconds: 0 }
  if (report.exitCode === 0) return base
  const message = report.cause ?? report.error?.detail.what ?? report.outcome
  const text = [message, ...(diagnosis?.events ?? [])].join("\n")
  return { ...base, problem: { kind: "failure", type: report.outcome, message, text } }
}

function testCase(
  className: string,
  name: string,
  seconds: number,
  passed: boolean,
  why?: string,
): JUnitCase {
  const base = { name, className, seconds }
  return passed ? base : { ...base, problem: { kind: "failure", message: why ?? "failed" } }
}
