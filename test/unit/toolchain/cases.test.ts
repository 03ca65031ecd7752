import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { caseLines, casesFile } from "../../cases/cases.ts"
import type { Results } from "../../cases/shown.ts"

const file = (cases: object) => casesFile.parse({ schemaVersion: 1, cases })
const v04 = { kind: "policy of the tree", failedBefore: true }
const ran = (...cases: readonly Omit<Results["cases"][number], "file">[]): readonly Results[] => [
  { tier: "unit", cases: cases.map((one) => ({ ...one, file: "test/unit/a.test.ts" })) },
]
const verdict = (cases: object, results: readonly Results[]) =>
  caseLines(file(cases), results).map((line) => [line.id, line.verdict])

describe("npm run cases", () => {
  test.each([
    ["passed where its test has run and passed", ran({ name: "V04 a > b", state: "passed" }), "passed"],
    [
      "failed where one of its tests has",
      ran({ name: "V04 a", state: "passed" }, { name: "x > V04 b", state: "failed" }),
      "failed",
    ],
    ["not shown where its test was skipped", ran({ name: "V04 a", state: "skipped" }), "did not run"],
    ["not shown where only another id is named", ran({ name: "V041 a", state: "passed" }), "did not run"],
    ["not shown without results", [], "did not run"],
  ])("a case is %s", (_name, results, expected) => {
    expect(verdict({ V04: v04 }, results)).toEqual([["V04", expected]])
  })

  test("a case with several tests needs all of them", () => {
    const both = { ...v04, tests: ["V04 gate", "V04 plan"] }
    expect(verdict({ V04: both }, ran({ name: "V04 gate", state: "passed" }))).toEqual([
      ["V04", "did not run"],
    ])
  })

  test("a case for later needs none, and is told", () => {
    expect(verdict({ X9: { later: "any repository" } }, [])).toEqual([["X9", "later"]])
  })

  test("test/cases.json can be read; a sibling is of a case that is there", () => {
    const { cases } = casesFile.parse(JSON.parse(readFileSync("test/cases.json", "utf8")))
    for (const [id, one] of Object.entries(cases))
      if ("siblingOf" in one && one.siblingOf !== undefined) {
        expect(Object.keys(cases), id).toContain(one.siblingOf)
      }
    expect(Object.keys(cases)).toEqual(expect.arrayContaining(["V01", "X14"]))
  })
})
