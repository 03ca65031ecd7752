import { describe, expect, test } from "vitest"
import { gitEntry, linkedRepository } from "../../../src/domain/index.ts"

describe("what .git is", () => {
  test.each([
    [[".git/", "src/"], "directory"],
    [[".git"], "link"],
    [[], "none"],
    [[".github/", ".gitignore"], "none"],
  ])("%j: %s", (names, kind) => {
    expect(gitEntry(names)).toBe(kind)
  })

  test("somewhere else is the caller's to mend", () => {
    expect(linkedRepository().exitCode).toBe(13)
  })
})
