import { componentGate } from "../engine/component-gate.ts"
import { judgeTests } from "../engine/judge-tests.ts"
import { readTests, testFormatOf } from "../formats/tests.ts"

/** Each component's unit tests. The exit code alone decides nothing: the report tells which failed. */
export const gate = componentGate({
  name: "unit",
  read: (report, check, component) => readTests(testFormatOf(check.report.format), report, component),
  decide: (reading, { name, exitCode, tool }) => judgeTests(name, reading, exitCode, tool),
})
