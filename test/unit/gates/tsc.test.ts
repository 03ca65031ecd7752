import { describe, expect, test } from "vitest"
import { decideFindings } from "../../../src/gates/engine/decide-findings.ts"
import { readFindings } from "../../../src/gates/formats/findings.ts"
import { readTsc } from "../../../src/gates/formats/tsc.ts"
import { backend, recorded } from "./recorded.ts"

const judge = (text: string, exitCode: number) =>
  decideFindings("backend", readFindings("tsc", [text], backend), exitCode, "tsc")
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
    expect(judge(recorded("tsc/two-errors.txt"), 2).errors).toEqual([])
  })

  test("clean with the list of files: passes, packages are not counted", () => {
    const judged = judge(listed, 0)
    expect(judged).toMatchObject({ findings: [], errors: [], figures: { files: 2 } })
  })

  test("silence without a list of files is an error: nothing was looked at", () => {
    expect(judge(recorded("tsc/clean.txt"), 0).errors).toEqual(["backend: tsc looked at no file"])
  })

  test.each(["missing-project.txt", "bad-config.txt"])("%s is an error, not a finding", (file) => {
    const judged = judge(recorded(`tsc/${file}`), 1)
    expect(judged.findings).toEqual([])
    expect(judged.errors.length).toBeGreaterThan(0)
  })

  test("a failing script that names no error is an error", () => {
    expect(judge(`${listed}something else\n`, 1).errors).toEqual([
      "backend: tsc ended with 1 and named no error",
    ])
  })
})
