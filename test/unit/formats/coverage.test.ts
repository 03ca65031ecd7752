/** Coverage reports as the tools wrote them. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { coverageFormats } from "../../../src/domain/report-formats.ts"
import { readCoverageReport } from "../../../src/gates/formats/coverage.ts"

const recorded = (path: string) => readFileSync(new URL(`../../recorded/${path}`, import.meta.url), "utf8")

test.each([
  ["istanbul", "jest/coverage-summary.json", { lines: 3, covered: 3 }],
  ["lcov", "jest/lcov.info", { lines: 3, covered: 3 }],
  ["cobertura", "jest/cobertura-coverage.xml", { lines: 3, covered: 3 }],
  ["lcov", "node-test/lcov.info", { lines: 4, covered: 4 }],
  ["lcov", "pytest/lcov.info", { lines: 4, covered: 3 }],
  ["cobertura", "pytest/cobertura.xml", { lines: 4, covered: 3 }],
  ["jacoco", "maven/jacoco.xml", { lines: 4, covered: 2 }],
  ["go-cover", "go/cover.out", { lines: 3, covered: 2 }],
] as const)("%s of %s", (format, path, expected) => {
  expect(readCoverageReport(format, recorded(path))).toMatchObject(expected)
})

describe("what is no report is never covered", () => {
  const broken: readonly (readonly [string, string])[] = [
    ["nothing", ""],
    ["a page", "<html><body>502</body></html>"],
    ["JSON of something else", '{"total":{"lines":{"total":1,"covered":"1"}}}'],
    ["a text", "all lines are covered\n"],
  ]
  test.each(coverageFormats.flatMap((format) => broken.map(([name, text]) => [format, name, text] as const)))(
    "%s: %s",
    (format, _name, text) => {
      expect(() => readCoverageReport(format, text)).toThrow(
        expect.objectContaining({ code: "OUTPUT_UNREADABLE" }),
      )
    },
  )

  test.each([
    ["istanbul", '{"total":{"lines":{"total":1,"covered":2}}}'],
    ["lcov", "SF:a\nDA:x,1\nend_of_record\n"],
    ["lcov", "DA:1,1\n"],
    [
      "cobertura",
      '<coverage><class filename="a"><lines><line number="1" hits="many"/></lines></class></coverage>',
    ],
    ["jacoco", '<report><counter type="LINE" missed="-1" covered="2"/></report>'],
    ["go-cover", "mode: set\na.go:1.1 1 1\n"],
    ["go-cover", `mode: set\na.go:1.1,2.2 ${"9".repeat(400)} 1\n`],
  ] as const)("%s: %s", (format, text) => {
    expect(() => readCoverageReport(format, text)).toThrow(
      expect.objectContaining({ code: "OUTPUT_UNREADABLE" }),
    )
  })
})

test("a file or a block that is named twice counts once, and is covered where either run covers it", () => {
  expect(
    readCoverageReport("lcov", "SF:a\nDA:1,0\nDA:2,0\nend_of_record\nSF:a\nDA:1,3\nend_of_record\n"),
  ).toEqual({
    lines: 2,
    covered: 1,
    files: ["a"],
  })
  expect(
    readCoverageReport("go-cover", "mode: count\na.go:1.1,2.1 3 0\na.go:1.1,2.1 3 2\nb.go:1.1,2.1 1 0\n"),
  ).toEqual({ lines: 4, covered: 3, files: ["a.go", "b.go"] })
})
