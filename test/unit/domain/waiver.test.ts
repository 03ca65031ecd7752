import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  type Finding,
  fingerprint,
  type Waiver,
  waive,
  waiverFingerprint,
} from "../../../src/domain/index.ts"

const finding: Finding = {
  gate: "vulnerabilities",
  rule: "CVE-2021-23337",
  severity: "high",
  message: "Command injection in lodash",
  location: { file: "package-lock.json", line: 12 },
  subject: "lodash@4.17.20",
}
const waiver: Waiver = {
  id: "W-1",
  gate: "vulnerabilities",
  rule: "CVE-2021-23337",
  file: "package-lock.json",
  subject: "lodash@4.17.20",
  reason: "not reachable",
  owner: "platform team",
  expires: "2027-02-28",
}

describe("a waiver", () => {
  test("takes its finding out and is named as its cause", () => {
    const { remaining, waived, stale } = waive([finding], [waiver], "2027-01-01")
    expect(remaining).toEqual([])
    expect(stale).toEqual([])
    expect(waived).toEqual([
      {
        finding,
        waiver: {
          id: "W-1",
          owner: "platform team",
          reason: "not reachable",
          expires: "2027-02-28",
          fingerprint: fingerprint(finding),
        },
      },
    ])
  })

  test("follows its finding to another line", () => {
    const moved = { ...finding, location: { file: "package-lock.json", line: 999 } }
    expect(waive([moved], [waiver], "2027-01-01").remaining).toEqual([])
  })

  test.each<[string, Partial<Finding>]>([
    ["gate", { gate: "secrets" }],
    ["rule", { rule: "CVE-2021-23338" }],
    ["file", { location: { file: "other/package-lock.json" } }],
    ["subject", { subject: "lodash@4.17.21" }],
  ])("lets nothing through that differs in its %s", (_, change) => {
    const other = { ...finding, ...change }
    expect(waive([other], [waiver], "2027-01-01")).toEqual({
      remaining: [other],
      waived: [],
      stale: [{ id: "W-1", why: "unused" }],
    })
  })

  test.each([
    ["holds through its last day", "2027-02-28", 0, []],
    ["holds until the day ends in UTC", "2027-02-28T23:59:59Z", 0, []],
    ["is over the day after", "2027-03-01", 1, [{ id: "W-1", why: "expired" }]],
  ])("%s", (_, date, remaining, stale) => {
    const result = waive([finding], [waiver], date)
    expect(result.remaining).toHaveLength(remaining)
    expect(result.stale).toEqual(stale)
  })

  test("of a gate that did not judge is not called unused", () => {
    expect(waive([], [waiver], "2027-01-01", ["lint"]).stale).toEqual([])
    expect(waive([], [waiver], "2027-01-01").stale).toEqual([{ id: "W-1", why: "unused" }])
  })
})

describe("V42 a waiver has a longest term", () => {
  const long = { ...waiver, expires: "9999-12-31" }

  test("V42 one until 9999 lets nothing through, and it is said how long it may hold", () => {
    expect(waive([finding], [long], "2027-01-01")).toEqual({
      remaining: [finding],
      waived: [],
      stale: [
        {
          id: "W-1",
          why: "term-too-long",
          detail: "it holds until 9999-12-31; an accepted risk may be waived until 2027-04-01 (90 days)",
        },
      ],
    })
  })

  test.each([
    ["2027-04-01", undefined, 1],
    ["2027-04-02", undefined, 0],
    ["2027-04-02", false, 0],
    ["2028-01-01", true, 1],
    ["2028-01-02", true, 0],
  ])("V42 from 2027-01-01 to %s as a false positive (%s): waived %i", (expires, falsePositive, waived) => {
    const one = { ...waiver, expires, falsePositive }
    expect(waive([finding], [one], "2027-01-01T23:00:00Z").waived).toHaveLength(waived)
  })

  test("unless the policy says otherwise; and the use says what it was", () => {
    const terms = { acceptedRisk: 86_400_000, falsePositive: 9_000 * 86_400_000 }
    expect(waive([finding], [waiver], "2027-01-01", undefined, terms).waived).toEqual([])
    const wrong = { ...waiver, falsePositive: true }
    expect(waive([finding], [wrong], "2027-01-01", undefined, terms).waived).toMatchObject([
      { waiver: { id: "W-1", falsePositive: true } },
    ])
  })
})

describe("V42 a waiver of a number says which one it accepts", () => {
  const coverage = (value: number): Finding => ({
    ...{ gate: "coverage", rule: "coverage-below-minimum", severity: "high", message: "", subject: "web" },
    measured: { value, better: "higher", unit: "%" },
  })
  const of = (accepts?: number): Waiver => ({
    ...{ id: "C-1", gate: "coverage", rule: "coverage-below-minimum", subject: "web" },
    ...{ reason: "new code", owner: "team", expires: "2027-02-01", accepts },
  })
  const judged = (value: number, accepts?: number) => waive([coverage(value)], [of(accepts)], "2027-01-01")

  test("V42 of coverage that fell from 80 to 5, where 75 is accepted, it lets nothing through", () => {
    expect(judged(80, 75)).toMatchObject({ remaining: [], waived: [{ waiver: { accepts: 75 } }], stale: [] })
    expect(judged(75, 75).remaining).toEqual([])
    expect(judged(5, 75)).toEqual({
      remaining: [coverage(5)],
      waived: [],
      stale: [{ id: "C-1", why: "number-exceeded", detail: "5 % was measured, 75 % is accepted" }],
    })
  })

  test("V42 without a number it lets nothing through", () => {
    expect(judged(80)).toMatchObject({
      waived: [],
      stale: [{ why: "number-missing", detail: "80 % was measured; say what is accepted: accepts: 80" }],
    })
  })

  test("sibling of V42: an image that may be of 120 MB may not be of 900 MB", () => {
    const image = (value: number): Finding => ({
      ...coverage(value),
      measured: { value, better: "lower", unit: "MB" },
    })
    expect(waive([image(119.9)], [of(120)], "2027-01-01").remaining).toEqual([])
    expect(waive([image(900)], [of(120)], "2027-01-01").waived).toEqual([])
  })
})

test("findings are either remaining or waived, in their order, and none is lost", () => {
  const arbitrary = fc.record({
    gate: fc.constantFrom("lint", "secrets"),
    rule: fc.constantFrom("a", "b"),
    subject: fc.constantFrom("x", "y"),
    severity: fc.constant("high" as const),
    message: fc.string(),
  })
  fc.assert(
    fc.property(fc.array(arbitrary), fc.array(arbitrary), (findings, some) => {
      const waivers = some.map(({ gate, rule, subject }, index) => ({
        ...waiver,
        id: `${index}`,
        gate,
        rule,
        subject,
        file: undefined,
      }))
      const { remaining, waived } = waive(findings, waivers, "2027-01-01")
      const let_through = new Set(waivers.map(waiverFingerprint))
      expect(remaining).toEqual(findings.filter((one) => !let_through.has(fingerprint(one))))
      expect(waived.map((one) => one.finding)).toEqual(
        findings.filter((one) => let_through.has(fingerprint(one))),
      )
    }),
  )
})
