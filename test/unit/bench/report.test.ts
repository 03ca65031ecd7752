import { describe, expect, test } from "vitest"
import { renderReport } from "../../../bench/render.ts"
import {
  countOf,
  durationOf,
  growthOf,
  memoryOf,
  noted,
  type Report,
  ratioOf,
} from "../../../bench/report.ts"
import { growthExponent, spreadOf } from "../../../bench/statistics.ts"

describe("a figure", () => {
  test("is judged by its median: one slow round misses no goal", () => {
    expect(durationOf("call", [1, 9, 1.2], 1.5)).toMatchObject({
      ok: true,
      seconds: { min: 1, median: 1.2, max: 9 },
    })
    expect(durationOf("call", [1.6, 1.7, 1], 1.5).ok).toBe(false)
  })

  test("compares pairs, not medians of two different moments", () => {
    // The machine was slower in the second round: both took twice as long.
    const pairs = [
      { ours: 1, other: 2 },
      { ours: 2, other: 4 },
      { ours: 3, other: 4 },
    ]
    expect(ratioOf("image", pairs, 0.5)).toMatchObject({
      ratio: { min: 0.5, median: 0.5, max: 0.75 },
      ok: true,
    })
    expect(ratioOf("image", pairs, 0.49).ok).toBe(false)
  })

  test("counts only the seconds beside what it is allowed", () => {
    const pairs = [{ ours: 5, other: 2 }]
    expect(ratioOf("lint", pairs, 1.5).ok).toBe(false)
    expect(ratioOf("lint", pairs, 1.5, 2)).toMatchObject({ ok: true, allowance: 2, ratio: { median: 2.5 } })
  })

  test("says what limits it only where it misses its goal", () => {
    expect(noted(memoryOf("peak", [900], 1024), "the page")).not.toHaveProperty("note")
    expect(noted(memoryOf("peak", [1100], 1024), "the page")).toMatchObject({ ok: false, note: "the page" })
  })

  test("of nothing is an error, never a pass", () => {
    expect(() => spreadOf([])).toThrow("nothing was measured")
    expect(() => durationOf("call", [], 1)).toThrow("nothing was measured")
  })
})

describe("growth", () => {
  const sized = (power: number) => [1, 10, 100].map((size) => ({ size, value: 3 * size ** power }))

  test.each([0, 1, 2, 1.5])("by the power of %d is found", (power) => {
    expect(growthExponent(sized(power))).toBeCloseTo(power, 3)
  })

  test("is about the sizes that were asked for: what is the same for all of them is left out", () => {
    const measured = [
      { size: 1, seconds: [1] },
      { size: 10, seconds: [1] },
      { size: 100, seconds: [10] },
      { size: 1000, seconds: [100] },
    ]
    expect(growthOf("reports", measured, 1.2, 10)).toMatchObject({ exponent: 1, ok: true })
    expect(growthOf("reports", measured, 1.2).exponent).toBeLessThan(0.8)
    expect(growthOf("reports", measured, 0.9, 10)).toMatchObject({ ok: false })
  })

  test("of one size, or of no time, is an error", () => {
    expect(() => growthExponent([{ size: 1, value: 1 }])).toThrow("two sizes")
    expect(() =>
      growthExponent([
        { size: 1, value: 0 },
        { size: 2, value: 1 },
      ]),
    ).toThrow("positive")
  })
})

test("a report has a line for each figure, and marks what is missed with what limits it", () => {
  const report: Report = {
    schemaVersion: 1,
    ratios: [noted(ratioOf("gates-warm", [{ ours: 6, other: 40 }], 0.1), "a call costs 4.90 s")],
    durations: [durationOf("after-edit", [3], 5)],
    memory: [memoryOf("peak", [512.4], 1024)],
    growth: [
      growthOf(
        "findings",
        [
          { size: 10, seconds: [1] },
          { size: 100, seconds: [10] },
        ],
        1.2,
      ),
    ],
    counts: [countOf("values", ["registry"], 0)],
    parts: { script: { lint: 3, unit: 12.25 } },
    leftOut: [{ what: "charts", why: "there is no helm" }],
    machine: { cores: 2, loadBefore: 0.1 },
  }
  expect(
    renderReport(report),
  ).toBe(`✗ gates-warm                 0.15× (0.15–0.15), goal 0.1×: 6.00 s against 40.00 s
  limited by: a call costs 4.90 s
✓ after-edit                 3.00 s (3.00–3.00), goal 5 s
✓ peak                       512 MiB (512–512), goal 1024 MiB
✓ findings                   size^1.00, goal size^1.2: 10 in 1.00 s, 100 in 10.00 s
✗ values                     1, goal 0: registry
  script: unit 12.3 s, lint 3.0 s
  left out of both: charts: there is no helm
`)
})
