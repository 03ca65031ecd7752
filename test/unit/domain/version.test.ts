import { describe, expect, test } from "vitest"
import { isTagOf, parseVersion, tagOf } from "../../../src/domain/index.ts"

describe("the tag of a version", () => {
  test.each(["1.0.0", "v1.4.0-rc.1", "v1.0.0+build.7"])(
    "%s names itself, and so does its image tag",
    (text) => {
      const version = parseVersion(text)
      expect(isTagOf(text, version)).toBe(true)
      expect(isTagOf(tagOf(version), version)).toBe(true)
    },
  )

  test.each(["v1.0.1", "v1.0.0-rc.1", "vv1.0.0", "release-1", ""])("%s is not one of 1.0.0", (tag) => {
    expect(isTagOf(tag, parseVersion("1.0.0"))).toBe(false)
  })
})
