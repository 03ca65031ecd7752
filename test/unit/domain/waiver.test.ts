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
