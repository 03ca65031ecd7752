import fc from "fast-check"
import { expect, test } from "vitest"
import { editDistance, nearest } from "../../../src/domain/index.ts"

test.each([
  ["stagng", "staging"],
  ["STAGING", "staging"],
  ["prod", "production"],
  ["prdouction", "production"],
  ["development-eu", "development"],
  ["x", undefined],
  ["", undefined],
  ["kitchen", undefined],
])("%j means %j", (seen, expected) => {
  expect(nearest(seen, ["local", "development", "staging", "production"])).toBe(expected)
})

test("distance counts edits and swaps", () => {
  expect(editDistance("lnit", "lint")).toBe(1)
  expect(editDistance("kitten", "sitting")).toBe(3)
  expect(editDistance("", "abc")).toBe(3)
})

test("distance is symmetric, zero only for equal texts and at most the longer length", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b)
      expect(distance).toBe(editDistance(b, a))
      expect(distance === 0).toBe(a === b)
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
    }),
  )
})
