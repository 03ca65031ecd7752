import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseRef, targetFor } from "../../../src/config/index.ts"
import { defaultRefs, matches } from "../../../src/config/target.ts"
import { processorSeconds } from "../processor-seconds.ts"

const table = { refs: defaultRefs }

test.each([
  ["refs/heads/feature/login", "development"],
  ["refs/heads/feature/", "development"],
  ["refs/heads/feature/a/b", null],
  ["refs/heads/feature", null],
  ["refs/heads/main", "staging"],
  ["refs/heads/mainline", null],
  ["refs/heads/develop", "staging"],
  ["refs/tags/v1.4.0", "production"],
  ["refs/tags/v1.4.0-rc.1", "staging"],
  ["refs/tags/v1.4", null],
  ["refs/tags/1.4.0", null],
  ["refs/tags/main", null],
  ["refs/heads/v1.4.0", null],
  ["main", "staging"],
  ["v1.4.0", null],
  ["feature/login", "development"],
])("%s goes to %s", (ref, environment) => {
  expect(targetFor(ref, table)).toBe(environment)
})

test("the first matching rule wins, whatever else matches", () => {
  const refs = [
    { branch: "release/**", environment: "staging" },
    { branch: "**", environment: "development" },
  ]
  expect(targetFor("release/1/x", { refs })).toBe("staging")
  expect(targetFor("refs/heads/anything/else", { refs })).toBe("development")
  expect(targetFor("refs/tags/anything", { refs })).toBeNull()
})

test.each(["", "refs/pull/3/merge", "refs/heads/", "refs/notes/x"])(
  "%j is neither branch nor tag",
  (text) => {
    expect(() => parseRef(text)).toThrowError(expect.objectContaining({ code: "USAGE", exitCode: 13 }))
  },
)

describe("patterns", () => {
  test("agree with the regular expression of the same meaning", () => {
    const part = fc.constantFrom("a", "b", "/", "*", "**", ".")
    const text = (parts: fc.Arbitrary<string>) => fc.array(parts, { maxLength: 8 }).map((all) => all.join(""))
    fc.assert(
      fc.property(text(part), text(fc.constantFrom("a", "b", "/", ".")), (pattern, name) => {
        const source = pattern
          .replaceAll(".", "\\.")
          .replace(/\*\*|\*/g, (star) => (star === "**" ? ".*" : "[^/]*"))
        expect(matches(pattern, name)).toBe(new RegExp(`^(?:${source})$`).test(name))
      }),
    )
  })

  test("take no exponential time", async () => {
    const seconds = await processorSeconds(() =>
      expect(matches("*a".repeat(60), `${"a".repeat(3000)}b`)).toBe(false),
    )
    expect(seconds).toBeLessThan(2)
  })
})
