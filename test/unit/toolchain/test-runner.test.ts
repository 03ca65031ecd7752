import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { errorText, failuresText } from "../../runner/failures.ts"
import { finishedOf, nothingFinished } from "../../runner/finished.ts"
import { gatesToTry, languagesToTry } from "../../runner/languages.ts"
import { parseOptions } from "../../runner/options.ts"
import { readReport, type TestCaseReport, tierReport, writeReport } from "../../runner/report.ts"
import { shuffle } from "../../runner/shuffle.ts"
import { watchTree } from "../../runner/watch-tree.ts"
import { scratch } from "./scratch.ts"

describe("arguments", () => {
  test("none means all tiers, sampled, by some seed", () => {
    const options = parseOptions([])
    expect(options.tiers.map(({ id }) => id)).toEqual(["unit", "engine", "cluster", "faults"])
    expect(options).toMatchObject({ full: false, continue: false, files: [] })
    expect(options.seed).toBeGreaterThanOrEqual(0)
  })

  test("named tiers run in their fixed order", () => {
    const { tiers } = parseOptions(["--tier", "faults", "--tier=unit"])
    expect(tiers.map(({ id }) => id)).toEqual(["unit", "faults"])
  })

  test("seed, full, continue and files are taken", () => {
    expect(parseOptions(["--seed", "7", "--full", "--continue", "gates"])).toMatchObject({
      seed: 7,
      full: true,
      continue: true,
      files: ["gates"],
    })
  })

  test.each([
    [["--tier", "smoke"], "There is no tier smoke."],
    [["--seed", "x"], "A seed is a whole number, not x."],
    [["--fast"], "Unknown option '--fast'"],
  ])("nonsense is refused: %j", (args, message) => {
    expect(() => parseOptions(args)).toThrow(message)
  })
})

describe("the order of files", () => {
  test("holds the same files, and is the same for the same seed", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const shuffled = shuffle(items, seed)
        expect([...shuffled].sort()).toEqual([...items].sort())
        expect(shuffle(items, seed)).toEqual(shuffled)
      }),
    )
  })

  test("differs between seeds, so that in time every file comes first", () => {
    const files = ["a", "b", "c", "d", "e"]
    const first = new Set(Array.from({ length: 100 }, (_, seed) => shuffle(files, seed)[0]))
    expect([...first].sort()).toEqual(files)
  })
})

describe("languages whose images are built on demand", () => {
  const all = ["python", "go", "rust"]
  const tried = (options: object) => languagesToTry({ full: false, seed: 1, files: [], ...options }, all)

  test("all are tried with --full, else one that the seed decides", () => {
    expect(tried({ full: true })).toEqual(all)
    const seeds = Array.from({ length: 50 }, (_, seed) => tried({ seed }))
    expect(seeds.every(({ length }) => length === 1)).toBe(true)
    expect([...new Set(seeds.flat())].sort()).toEqual([...all].sort())
  })

  test("of named files, those that they are about, also with --full", () => {
    expect(tried({ files: ["engine/rust"] })).toEqual(["rust"])
    expect(tried({ files: ["cosign"], full: true })).toEqual([])
  })

  test("the examples need those that they are written in", () => {
    expect(tried({ files: ["examples"] })).toEqual(["python"])
  })
})

test("images of gates are built with --full, and for named files that are about one", () => {
  const tried = (options: object) => gatesToTry({ full: false, files: [], ...options }, ["quality"])
  expect(tried({})).toEqual([])
  expect(tried({ full: true })).toEqual(["quality"])
  expect(tried({ files: ["engine/quality"] })).toEqual(["quality"])
  expect(tried({ files: ["cosign"], full: true })).toEqual([])
})

test("a tier's report counts its cases by state", async () => {
  const one = (state: TestCaseReport["state"]): TestCaseReport => ({
    name: state,
    file: "f",
    state,
    seconds: 1.23456,
  })
  const cases = [one("passed"), one("passed"), one("failed"), one("skipped")]
  const root = await scratch()
  const leftOut = ["test/engine/later.test.ts"]
  await writeReport(root, tierReport({ tier: "engine", full: true, cases, seconds: 4.99999, leftOut }))
  const written = JSON.parse(await readFile(join(root, "out/test/engine.json"), "utf8"))
  expect(written).toEqual({
    schemaVersion: 1,
    tier: "engine",
    full: true,
    // No repository: it is a report of no known commit.
    commit: null,
    passed: 2,
    failed: 1,
    skipped: 1,
    seconds: 5,
    cases: cases.map((one) => ({ ...one, seconds: 1.235 })),
    leftOut,
    ranAgain: [],
  })
  expect(await readReport(root, "engine")).toEqual(written)
})

describe("the failures of a run stand at its end", () => {
  const failed = (name: string, error?: string): TestCaseReport => ({
    name,
    file: "test/unit/a.test.ts",
    state: "failed",
    seconds: 1,
    ...(error && { error }),
  })
  const told = (cases: readonly TestCaseReport[]) =>
    failuresText([tierReport({ tier: "unit", full: false, cases, seconds: 1 })])

  test("with what each one says", () => {
    expect(told([{ ...failed("runs"), state: "passed" }])).toBe("")
    expect(told([failed("breaks", "expected 1 to be 2\nhere"), failed("cannot be loaded")])).toBe(
      [
        "",
        "── What failed",
        "✗ test/unit/a.test.ts > breaks",
        "    expected 1 to be 2",
        "    here",
        "✗ test/unit/a.test.ts > cannot be loaded",
        "",
      ].join("\n"),
    )
  })

  test("of many, those behind the tenth by their name alone", () => {
    const text = told(Array.from({ length: 11 }, (_, index) => failed(`case ${index}`, `cause ${index}`)))
    expect(text).toContain("    cause 9\n")
    expect(text).toContain("case 10\n")
    expect(text).not.toContain("cause 10")
  })

  test("without colours, and of a long message its first lines", () => {
    expect(errorText([])).toBeUndefined()
    expect(errorText([{ message: "\u001b[31mexpected\u001b[39m 1" }])).toBe("expected 1")
    expect(errorText([{ message: "line\n".repeat(99) }])?.split("\n")).toHaveLength(12)
    expect(errorText([{ message: "x".repeat(9999) }])).toHaveLength(300)
  })
})

describe("--continue", () => {
  const one = (file: string, state: TestCaseReport["state"]): TestCaseReport => ({
    name: state,
    file: `test/engine/${file}.test.ts`,
    state,
    seconds: 1,
  })
  const passed = [one("a", "passed"), one("a", "skipped")]
  const failed = [one("b", "passed"), one("b", "failed")]
  const report = {
    ...tierReport({ tier: "engine", full: true, cases: [...passed, ...failed], seconds: 9 }),
    commit: "c0ffee",
  }

  test("leaves out files that have passed whole, and names those that run again", () => {
    const finished = finishedOf(report, { commit: "c0ffee", full: true })
    expect(finished).toEqual({ cases: passed, seconds: 9, ranAgain: ["test/engine/b.test.ts"] })
  })

  test("a file that failed stays named after it has passed", () => {
    const { ranAgain } = finishedOf(report, { commit: "c0ffee", full: true })
    const cases = [...passed, one("b", "passed")]
    const after = {
      ...tierReport({ tier: "engine", full: true, cases, seconds: 12, ranAgain }),
      commit: "c0ffee",
    }
    expect(after.failed).toBe(0)
    expect(finishedOf(after, { commit: "c0ffee", full: true }).ranAgain).toEqual(["test/engine/b.test.ts"])
  })

  test.each([
    ["another commit", report, { commit: "decade", full: true }],
    ["changed files now", report, { commit: null, full: true }],
    ["changed files then", { ...report, commit: null }, { commit: null, full: true }],
    ["a run that tried less", { ...report, full: false }, { commit: "c0ffee", full: true }],
    ["no run before", undefined, { commit: "c0ffee", full: true }],
  ])("%s: everything runs", (_, earlier, now) => {
    expect(finishedOf(earlier, now)).toEqual(nothingFinished)
  })

  test.each(["", "{", "[]", '{"schemaVersion":1,"tier":"engine"}'])(
    "a report that reads %j is none",
    async (text) => {
      const root = await scratch()
      await writeReport(root, report)
      await writeFile(join(root, "out/test/engine.json"), text)
      expect(await readReport(root, "engine")).toBeUndefined()
    },
  )
})

describe("a test that writes into the working tree", () => {
  const tree = (...states: (readonly string[])[]) => {
    let asked = 0
    return async () => states[Math.min(asked++, states.length - 1)] ?? []
  }

  test("is a failed case that names paths and files, once", async () => {
    const watch = await watchTree(tree([], [], [" M test/recorded/a.json", "?? b"]))
    expect(await watch(["test/engine/a.test.ts"])).toEqual([])
    expect(await watch(["test/engine/b.test.ts", "test/engine/c.test.ts"])).toMatchObject([
      {
        state: "failed",
        name: "the working tree stays as it was: M test/recorded/a.json, ?? b while test/engine/b.test.ts, test/engine/c.test.ts ran",
      },
    ])
    expect(await watch(["test/engine/d.test.ts"])).toEqual([])
  })

  test("changes nothing where the run began with somebody's changes: it was about no commit", async () => {
    const watch = await watchTree(tree([" M src/index.ts"], [" M src/index.ts", "?? b"]))
    expect(await watch(["test/engine/a.test.ts"])).toEqual([])
  })
})
