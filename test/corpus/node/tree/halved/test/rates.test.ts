import { expect, it } from "vitest"
import { gross } from "../src/rates.ts"

it("adds", () => {
  expect(gross(100)).toBe(120)
})
