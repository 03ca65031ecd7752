import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { judgeCoverage, meetsMinimum, percentText } from "../../../src/gates/coverage/decide.ts"
import { readCoverage as readAll } from "../../../src/gates/formats/coverage.ts"
import { recorded } from "./recorded.ts"

const readCoverage = (text: string) => readAll("istanbul", [text])
const component = { coverageMinimum: 88 }
const manifest = "apps/backend/package.json"
const judge = (covered: number, lines: number) =>
  judgeCoverage("backend", component, manifest, { covered, lines })

describe("coverage", () => {
  test("88 % passes, 87.99 % does not", () => {
    expect(judge(8800, 10_000).findings).toEqual([])
    expect(judge(8799, 10_000).findings).toMatchObject([
      {
        rule: "coverage-below-minimum",
        message: "87.99 % of lines are covered, 88 % are required",
        location: { file: manifest },
        fix: "test 1 more line",
      },
    ])
  })

  test("is never rounded up: 87.999 % is shown as 87.99 % and fails", () => {
    expect(percentText({ covered: 87_999, lines: 100_000 })).toBe("87.99 %")
    expect(judge(87_999, 100_000).findings).toHaveLength(1)
  })

  test("nothing measured is an error", () => {
    expect(judge(0, 0).errors).toEqual(["backend: no line was measured"])
  })

  test("vitest's summary is read by counts", () => {
    expect(readCoverage(recorded("vitest/coverage-summary.json"))).toEqual({ lines: 78, covered: 70 })
    expect(
      judgeCoverage(
        "backend",
        component,
        manifest,
        readCoverage(recorded("vitest/coverage-summary-low.json")),
      ).findings,
    ).toHaveLength(1)
  })

  test.each(["", "{}", '{"total":{"lines":{"total":"Unknown"}}}'])("%j is unreadable", (text) => {
    expect(() => readCoverage(text)).toThrow(/OUTPUT_UNREADABLE/)
  })

  test("one covered line more never turns pass into fail", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.nat(4999),
        fc.integer({ min: 0, max: 100 }),
        (lines, some, minimum) => {
          const covered = Math.min(some, lines - 1)
          fc.pre(meetsMinimum({ lines, covered }, minimum))
          expect(meetsMinimum({ lines, covered: covered + 1 }, minimum)).toBe(true)
        },
      ),
    )
  })
})
