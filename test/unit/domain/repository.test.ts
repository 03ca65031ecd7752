import { describe, expect, test } from "vitest"
import { holdsRepository } from "../../../src/domain/index.ts"

describe("a directory that is said to hold .git", () => {
  test.each([
    [[".git/", "src/"], true],
    [[], false],
    [[".github/", ".gitignore"], false],
  ])("%j: %s", (names, holds) => {
    expect(holdsRepository(names)).toBe(holds)
  })

  test("and only has a link to one elsewhere is the caller's to mend", () => {
    expect(() => holdsRepository([".git"])).toThrow(
      expect.objectContaining({ exitCode: 13, message: expect.stringContaining("somewhere else") }),
    )
  })
})
