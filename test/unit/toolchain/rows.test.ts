import { existsSync, readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import type { Results } from "../../cases/shown.ts"
import { allHaveTests, rowLines, rowsFile } from "../../rows/rows.ts"

const file = "test/unit/a.test.ts"
const held = { title: "lean image", tests: { [file]: ["is lean"] } }
const ran = (...cases: Results["cases"]): readonly Results[] => [{ tier: "unit", cases }]
const passed = { name: "an image > is lean", file, state: "passed" } as const
const failed = { ...passed, name: "another > is lean", state: "failed" } as const
const lines = (row: object, results: readonly Results[]) =>
  rowLines(rowsFile.parse({ schemaVersion: 1, rows: { M001: row } }), results)

describe("npm run rows", () => {
  test.each([
    ["passed where its test has run and passed", held, ran(passed), "passed", true],
    ["in part where something is missing beside them", { ...held, open: "x" }, ran(passed), "in part", true],
    ["failed where one of its tests has", { ...held, open: "x" }, ran(passed, failed), "failed", false],
    [
      "not shown where its test was skipped",
      held,
      ran({ ...passed, state: "skipped" }),
      "did not run",
      false,
    ],
    [
      "not shown by a test of another file",
      held,
      ran({ ...passed, file: "b.test.ts" }),
      "did not run",
      false,
    ],
    ["not shown without results", { ...held, open: "x" }, [], "did not run", false],
    ["open where it has no test, whatever runs", { title: "x", open: "none" }, ran(passed), "open", false],
  ])("a row is %s", (_name, row, results, verdict, enough) => {
    expect(lines(row, results)).toMatchObject([{ id: "M001", verdict }])
    expect(allHaveTests(lines(row, results))).toBe(enough)
  })

  test("a row names its tests by tier, and what is missing", () => {
    expect(lines({ ...held, open: "shell" }, ran(passed))).toMatchObject([
      { tests: ["unit: an image > is lean"], open: "shell" },
    ])
  })

  test.each([{ title: "x" }, { title: "x", tests: {} }, { title: "x", tests: { [file]: [] } }])(
    "a row with neither tests nor what is missing is refused: %j",
    (row) => expect(() => lines(row, [])).toThrow(),
  )
})

describe("test/rows.json", () => {
  const { rows } = rowsFile.parse(JSON.parse(readFileSync("test/rows.json", "utf8")))
  const numbered = (letter: string, digits: number, ...ranges: readonly (readonly [number, number])[]) =>
    ranges.flatMap(([from, to]) =>
      Array.from({ length: to - from + 1 }, (_, at) => `${letter}${String(from + at).padStart(digits, "0")}`),
    )

  test("has every row that is to be held", () => {
    const wanted = [
      ...numbered("M", 3, [1, 49], [166, 167], [174, 174], [176, 176]),
      ...numbered("N", 2, [1, 7], [30, 31]),
      ...["X08", "C04", ...numbered("C", 2, [10, 17]), "C39"],
    ]
    expect(Object.keys(rows)).toEqual(wanted)
  })

  // The whole name of a test in a table is known when it runs; what is written here stands in its file as it is.
  test.each(
    Object.entries(rows).flatMap(([id, { tests }]) =>
      Object.entries(tests).map((of) => [id, ...of] as const),
    ),
  )("%s names tests that %s has", (_id, path, parts) => {
    expect(existsSync(path)).toBe(true)
    const text = readFileSync(path, "utf8")
    for (const part of parts) expect(text).toContain(part)
  })
})
