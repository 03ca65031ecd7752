import { describe, expect, test } from "vitest"
import { judgeTsc } from "../../../src/gates/typecheck/decide.ts"
import { readTsc } from "../../../src/gates/typecheck/read.ts"
import { backend, recorded } from "./recorded.ts"

const listed = "/src/src/app.ts\n/src/node_modules/zod/index.d.ts\n/src/test/app.test.ts\n"

describe("typecheck", () => {
  test("errors in the code are findings with file, line and rule", () => {
    const result = readTsc(recorded("tsc/two-errors.txt"), backend)
    expect(result.findings.map(({ rule, location, severity }) => ({ rule, location, severity }))).toEqual([
      {
        rule: "TS2322",
        severity: "high",
        location: { file: "apps/backend/src/http/etag.ts", line: 34, column: 14 },
      },
      {
        rule: "TS2339",
        severity: "high",
        location: { file: "apps/backend/src/http/pagination.ts", line: 29, column: 22 },
      },
    ])
    expect(judgeTsc("backend", result, 2).errors).toEqual([])
  })

  test("clean with the list of files: passes, packages are not counted", () => {
    const judged = judgeTsc("backend", readTsc(listed, backend), 0)
    expect(judged).toMatchObject({ findings: [], errors: [], figures: { files: 2 } })
  })

  test("silence without a list of files is an error: nothing was looked at", () => {
    expect(judgeTsc("backend", readTsc(recorded("tsc/clean.txt"), backend), 0).errors).toEqual([
      "backend: tsc looked at no file",
    ])
  })

  test.each(["missing-project.txt", "bad-config.txt"])("%s is an error, not a finding", (file) => {
    const judged = judgeTsc("backend", readTsc(recorded(`tsc/${file}`), backend), 1)
    expect(judged.findings).toEqual([])
    expect(judged.errors.length).toBeGreaterThan(0)
  })

  test("a failing script that names no error is an error", () => {
    expect(judgeTsc("backend", readTsc(`${listed}something else\n`, backend), 1).errors).toEqual([
      "backend: tsc ended with 1 and named no error",
    ])
  })
})
