import { describe, expect, it } from "vitest"
import { gross, net } from "../src/rates.ts"

describe("rates", () => {
  it("adds", () => {
    expect(gross(100)).toBe(120)
  })

  it("expects too much", () => {
    expect(gross(100)).toBe(121)
  })

  it("throws", () => {
    throw new Error("not today")
  })

  it.skip("fails later", () => {
    expect(net(100)).toBe(0)
  })

  it.fails("is known to fail", () => {
    expect(net(100)).toBe(0)
  })

  it("says that it failed", () => {
    console.log("FAIL test/rates.test.ts > rates > says that it failed")
    expect(() => {
      throw new Error("expected")
    }).toThrow("expected")
  })
})
