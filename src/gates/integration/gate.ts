import { componentGate } from "../engine/component-gate.ts"
import { judgeTests } from "../engine/judge-tests.ts"
import { readTests, testFormatOf } from "../formats/tests.ts"

/** Each component's tests with what it needs beside it: no test that ran is an error, as of unit tests. */
export const gate = componentGate({
  name: "integration",
  read: (report, check, component) => readTests(testFormatOf(check.report.format), report, component),
  decide: (reading, { name, exitCode, tool }) => judgeTests(name, reading, exitCode, tool),
})
