import { componentGate } from "../engine/component-gate.ts"
import { missingTests } from "../engine/scripts.ts"
import { testReport } from "../engine/tests.ts"
import { judgeTests } from "./decide.ts"
import { readVitest } from "./read.ts"

/** vitest over each component. 0 is passed, 1 is failures; the report tells which. */
export const gate = componentGate({
  tool: { name: "vitest", package: "vitest" },
  missing: ({ scripts }, files) => missingTests(files, scripts.coverage, "coverage"),
  run: (context, _, name) => context.tests(name),
  read: (ran, named) => readVitest(ran.files[testReport], named),
  decide: (result, name, exitCode) => judgeTests(name, result, exitCode),
})
