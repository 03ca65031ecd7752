/** N31 the security score: its formula, and the two sentences by which it refuses. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  countSeverities,
  type Severity,
  type SeverityCounts,
  securityRefusal,
  securityScore,
  severities,
} from "../../../src/domain/index.ts"

const counts = (change: Partial<SeverityCounts>): SeverityCounts => ({
  ...{ critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  ...change,
})
const findings = fc.array(fc.constantFrom(...severities), { maxLength: 400 })
const scoreOf = (all: readonly Severity[]) =>
  securityScore(countSeverities(all.map((severity) => ({ severity }))))

describe("N31 the security score", () => {
  test.each<[string, Partial<SeverityCounts>, number]>([
    ["nothing", {}, 100],
    ["hints", { info: 1000 }, 100],
    ["six high ones", { high: 6 }, 70],
    ["sixty medium ones", { medium: 60 }, 70],
    ["three hundred low ones", { low: 300 }, 70],
    ["just above", { high: 5, medium: 9, low: 4 }, 70.1],
    ["just below", { high: 6, low: 1 }, 69.9],
    ["more than there is to lose", { critical: 4 }, 0],
  ])("of %s", (_, found, score) => {
    expect(securityScore(counts(found))).toBe(score)
  })

  test("is never raised by a further finding, whatever its severity", () => {
    fc.assert(
      fc.property(findings, fc.constantFrom(...severities), (all, more) => {
        expect(scoreOf([...all, more])).toBeLessThanOrEqual(scoreOf(all))
      }),
    )
  })

  test("does not depend on the order of the findings", () => {
    fc.assert(
      fc.property(
        findings.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(scoreOf(shuffled)).toBe(scoreOf(all))
        },
      ),
    )
  })

  test("has one decimal, between 0 and 100", () => {
    fc.assert(
      fc.property(findings, (all) => {
        const score = scoreOf(all)
        expect(score).toBe(Number(score.toFixed(1)))
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(100)
      }),
    )
  })

  test("a graver finding takes away more", () => {
    const one = severities.map((severity) => securityScore(counts({ [severity]: 1 })))
    expect(one).toEqual(one.toSorted((a, b) => a - b))
    expect(new Set(one).size).toBe(severities.length)
  })
})

describe("N31 refuses", () => {
  test.each<[string, Partial<SeverityCounts>, string | undefined]>([
    [
      "critical findings first, whatever the score",
      { critical: 2, high: 90 },
      "Security gate failed: 2 critical findings",
    ],
    [
      "one critical finding, though the score is 70.0",
      { critical: 1 },
      "Security gate failed: 1 critical findings",
    ],
    ["69.9", { high: 6, low: 1 }, "Security score 69.9 below threshold"],
    ["65.0, with its decimal", { high: 7 }, "Security score 65.0 below threshold"],
    ["not 70.0", { high: 6 }, undefined],
    ["not 70.1", { high: 5, medium: 9, low: 4 }, undefined],
    ["not nothing", {}, undefined],
  ])("%s", (_, found, text) => {
    expect(securityRefusal(counts(found), 70)).toBe(text)
  })
})
