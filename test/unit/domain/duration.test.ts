import fc from "fast-check"
import { expect, test } from "vitest"
import { Duration } from "../../../src/domain/index.ts"

test.each([
  ["45s", 45_000],
  ["5m", 300_000],
  ["250ms", 250],
  ["1h30m", 5_400_000],
  ["7d", 604_800_000],
  ["1m500ms", 60_500],
])("%s is %d ms", (text, expected) => {
  expect(new Duration(text).ms).toBe(expected)
})

test.each(["", "5", "m", "5 m", "1.5h", "-1s", "30m1h", "5M", "1h 30m", "5mss"])(
  "%j is not a duration",
  (text) => {
    expect(() => new Duration(text)).toThrowError(expect.objectContaining({ code: "USAGE" }))
  },
)

test("parts add up", () => {
  const part = fc.integer({ min: 0, max: 99_999 })
  fc.assert(
    fc.property(part, part, part, (hours, minutes, milliseconds) => {
      const expected = hours * 3_600_000 + minutes * 60_000 + milliseconds
      expect(new Duration(`${hours}h${minutes}m${milliseconds}ms`).ms).toBe(expected)
    }),
  )
})
