import { describe, expect, test } from "vitest"
import { judgeTests } from "../../../src/gates/engine/judge-tests.ts"
import { readVitest } from "../../../src/gates/formats/vitest.ts"
import { backend, recorded } from "./recorded.ts"

const judge = (file: string, exitCode: number) =>
  judgeTests("backend", readVitest(recorded(`vitest/${file}`), backend), exitCode, "vitest")

describe("unit", () => {
  test("passed", () => {
    const judged = judge("pass-with-coverage.json", 0)
    expect(judged).toMatchObject({ findings: [], errors: [], figures: { passed: 15, failed: 0, skipped: 0 } })
    expect(judged.cases).toHaveLength(15)
  })

  test("failed tests are findings at the line of the assertion; skipped ones are counted", () => {
    const judged = judge("fail.json", 1)
    expect(judged.figures).toEqual({ passed: 14, failed: 2, skipped: 2 })
    expect(judged.findings[0]).toMatchObject({
      rule: "test-failed",
      subject: "arithmetic 2 + 3 * 4",
      message: "arithmetic 2 + 3 * 4: AssertionError: expected '14' to be '20' // Object.is equality",
      location: { file: "apps/backend/test/skills.test.ts", line: 16, column: 48 },
    })
  })

  test("a file that does not load is a finding although no test failed", () => {
    expect(judge("suite-fails-to-load.json", 1).findings).toMatchObject([
      { rule: "suite-failed", location: { file: "apps/backend/test/import.test.ts" } },
    ])
  })

  test("what stopped it is named, and not the heading under which Jest says it", () => {
    const app = { name: "app", path: ".", workdir: "/app" }
    const { findings } = readVitest(recorded("jest/jest.json"), app)
    expect(findings.find(({ rule }) => rule === "suite-failed")).toMatchObject({
      message: "does not load",
      location: { file: "test/broken.test.js" },
    })
  })

  test("no test at all is an error", () => {
    expect(judge("no-tests.json", 1).errors).toEqual(["backend: no test was run"])
    expect(judge("no-tests.json", 0).errors).toEqual(["backend: no test was run"])
  })

  test("exit code 1 although everything passed is an error: an unhandled error, or a threshold of the project", () => {
    expect(judge("pass-below-threshold.json", 1)).toMatchObject({
      findings: [],
      errors: [expect.stringContaining("ended with 1")],
    })
  })
})
