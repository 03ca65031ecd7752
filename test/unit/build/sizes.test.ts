import { describe, expect, test } from "vitest"
import { hardeningProblems } from "../../../src/build/hardening.ts"
import { imageLabels } from "../../../src/build/labels.ts"
import { againstBudget, imageSize, megabytes, sizesText } from "../../../src/build/sizes.ts"
import { outermost } from "../../../src/languages/paths.ts"

const digest = `sha256:${"a".repeat(64)}`
const size = (bytes: number, maxImageMb?: number) =>
  imageSize("web", maxImageMb === undefined ? {} : { maxImageMb }, { digest, bytes })

describe("size of an image", () => {
  test("the budget itself is within it, one byte more is not", () => {
    expect(size(60_000_000, 60).withinBudget).toBe(true)
    expect(size(60_000_001, 60).withinBudget).toBe(false)
  })

  test("without a budget every size is within it", () => {
    expect(size(10 ** 12)).toEqual({
      component: "web",
      digest,
      bytes: 10 ** 12,
      withinBudget: true,
      leftOut: [],
    })
  })

  test("is rounded up: what is over the budget never looks as if it were within", () => {
    expect(megabytes(60_000_001)).toBe("60.01 MB")
    expect(megabytes(60_000_000)).toBe("60.00 MB")
  })

  test("as text: one line per image, the sum, and what is too large", () => {
    const text = sizesText([size(4_430_000, 60), { ...size(61_000_000, 60), component: "backend" }])
    expect(text).toContain("TOO LARGE")
    expect(text.trimEnd().split("\n").at(-1)).toBe("total      65.43 MB")
  })

  test("an image without a budget names the key that sets one, in the text and in the gate's summary", () => {
    expect(sizesText([size(55_400_000)]).split("\n")[0]).toBe(
      `web      55.40 MB  (no maxImageMb set)  ${digest}`,
    )
    expect(againstBudget(undefined)).toBe("(no maxImageMb set)")
    expect(againstBudget(60_000_000)).toBe("of 60.00 MB")
  })

  test("M010 each platform has its line against the budget, and the index its own", () => {
    const index = `sha256:${"b".repeat(64)}`
    const sizes = ["linux/amd64", "linux/arm64"].map((platform, at) =>
      imageSize("web", { maxImageMb: 10 }, { digest, bytes: 9_000_000 + at * 2_000_000 }, ["README.md"], {
        platform,
        index,
      }),
    )
    expect(sizes.map(({ withinBudget }) => withinBudget)).toEqual([true, false])
    expect(sizesText(sizes).trimEnd().split("\n")).toEqual([
      `web (linux/amd64)     9.00 MB  of 10.00 MB  ${digest}`,
      `web (linux/arm64)    11.00 MB  of 10.00 MB  TOO LARGE  ${digest}`,
      "total                20.00 MB",
      `published as one index: web ${index}`,
      "left out of the build of web: README.md",
    ])
  })

  test("sibling of G03: what a build leaves out of the source stands below its size", () => {
    const leftOut = outermost(["test/", "test/a.ts", "README.md", "testing.md", "test/b/", "README.md"])
    expect(leftOut).toEqual(["README.md", "test/", "testing.md"])
    const lines = (paths: readonly string[]) =>
      sizesText([imageSize("web", {}, { digest, bytes: 1 }, paths)])
        .trimEnd()
        .split("\n")
        .slice(2)
    expect(lines(leftOut)).toEqual(["left out of the build of web: README.md, test/, testing.md"])
    expect(lines([])).toEqual([])
    expect(lines(Array.from({ length: 14 }, (_, index) => `${index}.test.ts`))[0]).toMatch(
      /, 11\.test\.ts and 2 more$/,
    )
  })
})

describe("hardening", () => {
  const facts = (user: string, port = 8080) => ({
    user,
    exposedPorts: [`${port}/tcp`],
    platform: "linux/amd64",
  })
  const expected = { user: 1001, port: 8080 }

  test("a numeric, unprivileged user on its port", () => {
    expect(hardeningProblems(facts("1001:1001"), expected)).toEqual([])
  })

  test.each(["", "root", "0", "0:0", "33", "1002", "app"])("user %j is refused", (user) => {
    expect(hardeningProblems(facts(user), expected)).toHaveLength(1)
  })

  test("another port is refused", () => {
    expect(hardeningProblems(facts("1001", 80), expected)).toEqual([
      { message: "does not expose port 8080", stated: true },
    ])
  })

  test("what is built elsewhere is held against what is stated: the rest is told", () => {
    expect(hardeningProblems(facts("root"), {})).toEqual([
      { message: 'runs as "root", not as a numeric user', stated: false },
    ])
    expect(hardeningProblems(facts("2000"), {})).toEqual([])
    expect(hardeningProblems(facts("root"), { user: 1001 })).toMatchObject([{ stated: true }])
    expect(hardeningProblems(facts("1001"), { port: 6379 })).toMatchObject([{ stated: true }])
    expect(hardeningProblems(facts("1001"), { platform: "linux/amd64" })).toEqual([])
    expect(hardeningProblems(facts("1001"), { platform: "linux/arm64" })).toEqual([
      { message: "is for linux/amd64, not for linux/arm64", stated: true },
    ])
  })
})

test("version and revision are labels only when they are asked for: equal sources stay equal images", () => {
  expect(imageLabels({ title: "web" })).toEqual([["org.opencontainers.image.title", "web"]])
  expect(
    imageLabels({ title: "web", revision: "abc", version: "1.4.0" }).map(([name]) => name.split(".").at(-1)),
  ).toEqual([...["title", "version", "revision"]])
})
