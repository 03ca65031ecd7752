/** What a tree has in its environment files and its toolbox is read before it is checked. */
import { describe, expect, test } from "vitest"
import { readYaml } from "../../../pipelines/yaml.ts"

describe("sibling of V19: a file of the policy that nobody can read is 13 with its name, and never an internal error", () => {
  test.each([
    ["a key twice", "protected: true\nprotected: false"],
    ["a list that contains itself", "a: &x [*x]"],
    ["a mapping that contains itself", "a: &x { b: *x }"],
    ["more aliases than are read", `a: &a [1]\nb: [${"*a,".repeat(200)}]`],
    ["lists in lists without an end", `a: ${"[".repeat(5000)}${"]".repeat(5000)}`],
    ["several documents", "a: 1\n---\nb: 2"],
    ["infinity", "maxAge: .inf"],
    ["what is no number", "maxAge: .nan"],
  ])("%s", (_, text) => {
    expect(() => readYaml(text, "environments/staging.yaml")).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        exitCode: 13,
        detail: expect.objectContaining({ where: "environments/staging.yaml" }),
      }),
    )
  })

  test("what is no mapping is an empty one, and is told by its schema", () => {
    expect([readYaml("", "f"), readYaml("x", "f"), readYaml("a: 1", "f")]).toEqual([{}, {}, { a: 1 }])
  })
})
