import { describe, expect, test } from "vitest"
import { isCovered, overrideRules, overrideText, requestedOverride } from "../../../src/domain/index.ts"

const now = new Date("2026-03-01T12:00:00Z")
const asked = (override: readonly string[], reason?: string, overrideUntil?: string) =>
  requestedOverride({ override, reason, overrideUntil }, now)

describe("the override that a call asks for", () => {
  test("is none without the argument", () => {
    expect(asked([])).toBeNull()
  })

  test("has its rules once each, the reason, and a time where the call says one", () => {
    expect(asked(["promotion", "database-age", "promotion"], " outage \n 7 ")).toEqual({
      rules: ["database-age", "promotion"],
      reason: "outage \n 7",
      until: null,
    })
    expect(asked(["promotion"], "outage", "2026-03-01T15:00:00+02:00")?.until).toBe(
      "2026-03-01T13:00:00.000Z",
    )
  })

  test.each([
    ["databse-age", "database-age"],
    ["Promotion", "promotion"],
    ["approval", "approvals"],
  ])("of the unknown rule %s is refused, with the nearest one", (rule, nearest) => {
    expect(() => asked([rule], "outage")).toThrow(
      expect.objectContaining({
        exitCode: 13,
        detail: expect.objectContaining({
          why: `those are ${overrideRules.join(", ")}`,
          next: `did you mean "${nearest}"?`,
        }),
      }),
    )
  })

  test.each(["hold", "protected-branch", "record-files", "judged-digest", "signed-record", "lock", ""])(
    "%j cannot be overridden: 13",
    (rule) => {
      expect(() => asked([rule], "outage")).toThrow(/USAGE: .*no rule that can be overridden/)
    },
  )

  test.each([
    ["without a reason", ["promotion"], undefined, undefined, "needs a reason"],
    ["with an empty reason", ["promotion"], " \n", undefined, "needs a reason"],
    ["a reason alone", [], "outage", undefined, "none is named"],
    ["a time alone", [], undefined, "2026-03-02T00:00:00Z", "none is named"],
    ["until a time that has passed", ["promotion"], "outage", "2026-03-01T12:00:00Z", "would have ended"],
    ["until a day", ["promotion"], "outage", "2026-03-02", "is no time"],
    ["until words", ["promotion"], "outage", "tomorrow", "is no time"],
    ["until a time without its zone", ["promotion"], "outage", "2026-03-02T00:00:00", "is no time"],
    ["until a day that does not exist", ["promotion"], "outage", "2026-13-40T00:00:00Z", "is no time"],
  ] as const)("is refused %s", (_, rules, reason, until, message) => {
    expect(() => asked(rules, reason, until)).toThrow(message)
  })
})

test("what rests on an override is covered by the same one, or by more", () => {
  const on = (...rules: string[]) => ({ rules })
  expect(isCovered(undefined, null)).toBe(true)
  expect(isCovered(on("promotion"), null)).toBe(false)
  expect(isCovered(on("promotion"), asked(["promotion", "approvals"], "outage"))).toBe(true)
  expect(isCovered(on("promotion", "approvals"), asked(["promotion"], "outage"))).toBe(false)
  expect(isCovered(on("of-a-newer-version"), asked([...overrideRules], "outage"))).toBe(false)
})

test("is told in one line, whatever evidence has in its place", () => {
  const override = { rules: ["promotion"], reason: "outage 7", until: "2026-03-02T12:00:00.000Z" }
  expect(overrideText(override)).toBe("OVERRIDE of promotion until 2026-03-02T12:00:00.000Z: outage 7")
  expect(overrideText({ ...override, rules: 7 as unknown as string[] })).toContain("OVERRIDE of 7")
})
