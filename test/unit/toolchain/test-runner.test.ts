import { readFile } from "node:fs/promises"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseOptions } from "../../runner/options.ts"
import { type TestCaseReport, tierReport, writeReport } from "../../runner/report.ts"
import { shuffle } from "../../runner/shuffle.ts"
import { scratch } from "./scratch.ts"

describe("arguments", () => {
  test("none means all tiers, sampled, by some seed", () => {
    const options = parseOptions([])
    expect(options.tiers.map(({ id }) => id)).toEqual(["unit", "engine", "cluster", "faults"])
    expect(options).toMatchObject({ full: false, files: [] })
    expect(options.seed).toBeGreaterThanOrEqual(0)
  })

  test("named tiers run in their fixed order", () => {
    const { tiers } = parseOptions(["--tier", "faults", "--tier=unit"])
    expect(tiers.map(({ id }) => id)).toEqual(["unit", "faults"])
  })

  test("seed, full and files are taken", () => {
    expect(parseOptions(["--seed", "7", "--full", "gates"])).toMatchObject({
      seed: 7,
      full: true,
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

test("a tier's report counts its cases by state", async () => {
  const one = (state: TestCaseReport["state"]): TestCaseReport => ({
    name: state,
    file: "f",
    state,
    seconds: 1.23456,
  })
  const cases = [one("passed"), one("passed"), one("failed"), one("skipped")]
  const root = await scratch()
  await writeReport(root, tierReport("engine", cases, 4.99999, ["test/engine/later.test.ts"]))
  const written = JSON.parse(await readFile(join(root, "out/test/engine.json"), "utf8"))
  expect(written).toEqual({
    schemaVersion: 1,
    tier: "engine",
    // No repository: it is a report of no known commit.
    commit: null,
    passed: 2,
    failed: 1,
    skipped: 1,
    seconds: 5,
    cases: cases.map((one) => ({ ...one, seconds: 1.235 })),
    leftOut: ["test/engine/later.test.ts"],
  })
})
