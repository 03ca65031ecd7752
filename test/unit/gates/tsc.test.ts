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

  test("G16 an error at a place in the code is a finding, whatever its number", () => {
    const judged = judge(recorded("tsc/located.txt"), 2)
    expect(judged.errors).toEqual([])
    expect(judged.findings).toContainEqual(
      expect.objectContaining({
        ...{ rule: "TS6133", severity: "high" },
        location: { file: "apps/backend/src/left.ts", line: 1, column: 7 },
      }),
    )
  })

  test.each(["6053", "6138", "6192", "6196", "6198", "6205", "5097", "18003"])(
    "sibling of G16: TS%s",
    (code) => {
      const judged = judge(`src/a.ts(3,1): error TS${code}: of the code\n`, 2)
      expect([judged.errors, judged.findings.map(({ rule }) => rule)]).toEqual([[], [`TS${code}`]])
    },
  )

  test("sibling of G16: in a file whose path has brackets", () => {
    expect(judge(recorded("tsc/located.txt"), 2).findings).toContainEqual(
      expect.objectContaining({
        ...{ rule: "TS2322" },
        location: { file: "apps/backend/src/(group)/page.ts", line: 2, column: 14 },
      }),
    )
  })

  test("a place in the settings of the compiler is an error of the project: nothing is known of its code", () => {
    const judged = judge("tsconfig.json(5,5): error TS5025: Unknown compiler option 'strictt'.\n", 2)
    expect(judged.findings).toEqual([])
    expect(judged.errors).toHaveLength(1)
  })

  test("a failing script that names no error is an error", () => {
    expect(judge(`${listed}something else\n`, 1).errors).toEqual([
      "backend: tsc ended with 1 and named no error",
    ])
  })
})
