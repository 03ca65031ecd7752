import { describe, expect, test } from "vitest"
import { isPrerelease, isTagOf, parseVersion, tagOf } from "../../../src/domain/index.ts"

describe("a version", () => {
  test.each([
    ["1.4.0", "1.4.0", false],
    ["v1.4.0", "1.4.0", false],
    [" v1.4.0\n", "1.4.0", false],
    ["1.4.0-rc.1", "1.4.0-rc.1", true],
    ["1.4.0-rc.1+build.7", "1.4.0-rc.1+build.7", true],
    ["1.4.0+build-7", "1.4.0+build-7", false],
    ["0.0.0-g0123abc", "0.0.0-g0123abc", true],
  ])("%j is %s", (text, version, prerelease) => {
    expect(parseVersion(text)).toBe(version)
    expect(isPrerelease(parseVersion(text))).toBe(prerelease)
  })

  test.each([
    "1.4",
    "vv1.4.0",
    "=1.4.0",
    "v 1.4.0",
    "1.4.0-01",
    "01.4.0",
    "1.4.0_7",
    "1.4.0+",
    "1.4.0+a..b",
    "latest",
    "",
  ])("%j is none", (text) => {
    expect(() => parseVersion(text)).toThrowError(expect.objectContaining({ code: "USAGE" }))
  })
})

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

test.each(["1.0.0-alpha-", `1.0.0-${"a".repeat(60)}`])("C17 %s is no value of a Kubernetes label", (text) => {
  expect(() => parseVersion(text)).toThrow("not a version that Kubernetes takes for a label")
})

test("C17 build metadata of a candidate is part of its image tag", () => {
  expect(tagOf(parseVersion("v1.2.3-rc.1+build.5"))).toBe("v1.2.3-rc.1_build.5")
})
