/**
 * The engine knows a filtered directory by all that it was filtered from: a touched README would install everything anew.
 * What an exec gets of a tree therefore comes from one place, which makes it known by its own content. Held here over the
 * sources; the engine's tests count what really runs.
 */
import { describe, expect, it } from "vitest"
import { narrowings } from "./input-rules.ts"
import { sources } from "./sources.ts"

describe("a part of a tree", () => {
  it("is taken by patterns in one place only", async () => {
    const found = (await sources(["src", "pipelines"])).map(narrowings)
    expect(found.flatMap(({ broken }) => broken)).toEqual([])
    // The rule would hold for nothing if it recognised nothing.
    expect(found.reduce((sum, { seen }) => sum + seen, 0)).toBeGreaterThanOrEqual(1)
  })

  it.each([
    ["a filter", 'tree.filter({ exclude: ["a"] })', 1],
    ["a filter by inclusion", 'tree.directory("b").filter({ include: ["a"] })', 1],
    ["a filter by git's rules", "tree.filter({ gitignore: true })", 1],
    ["a copy of a part", 'c.withDirectory("/app", tree, { exclude: ["a"] })', 1],
    ["options in a variable", 'const part = { include: ["a"] }\nc.withDirectory("/app", tree, part)', 1],
    ["options that are spread", 'c.withDirectory("/app", tree, { ...(x ? { include: y } : {}) })', 1],
    ["options in one of two cases", "const o = x ? { include: y } : {}\ntree.filter(o)", 1],
    ["a whole directory", 'c.withDirectory("/app", tree, { owner: "1001" })', 0],
    ["the filter of a list", "names.filter((name) => name.exclude)", 0],
    ["the filter of a list by a named function", "const keep = (name) => name\nnames.filter(keep)", 0],
  ])("is recognised: %s", (_, text, broken) => {
    expect(narrowings({ file: "a.ts", text }).broken).toHaveLength(broken)
  })
})
