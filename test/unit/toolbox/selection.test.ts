import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { exactly, namedBy, selectParts } from "../../../src/toolbox/selection.ts"

/** As the engine lists a tree: all paths, directories with a slash at their end. */
const tree = (...files: string[]) =>
  [
    ...new Set(
      files.flatMap((file) => [
        ...file
          .split("/")
          .slice(0, -1)
          .map((_, depth, names) => `${names.slice(0, depth + 1).join("/")}/`),
        ...(file.endsWith("/") ? [] : [file]),
      ]),
    ),
  ].sort()

describe("parts of a tree", () => {
  it("are the tree itself where nothing is left out", () => {
    expect(selectParts(tree("a/b", "c"), () => false)).toMatchObject({ whole: true })
  })

  it("are whole directories beside what is left out", () => {
    const paths = tree("README.md", "package.json", "src/a/b.ts", "src/c.ts", "test/a.ts", "test/b/c.ts")
    expect(selectParts(paths, namedBy(["test", "README*"]))).toEqual({ whole: false, directories: ["src"] })
  })

  it("go down only to where something is left out", () => {
    const paths = tree(
      "index.html",
      "src/a/a.test.ts",
      "src/a/a.ts",
      "src/a/deep/x.ts",
      "src/b/b.ts",
      "src/c.ts",
    )
    const directories = ["src/a/deep", "src/b"]
    expect(selectParts(paths, namedBy(["**/*.test.*"]))).toEqual({ whole: false, directories })
  })

  it("have nothing of a directory that is left out", () => {
    const paths = tree("a/secret/deep/x", "a/secret/y", "b/z", "empty/")
    expect(selectParts(paths, namedBy(["**/secret"]))).toEqual({ whole: false, directories: ["b", "empty"] })
  })

  it("hold nothing that is left out, and are never in one another, whatever the tree", () => {
    const name = fc.constantFrom("a", "b", "c.test.ts", "d.ts", "test")
    const file = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"))
    const patterns = fc.subarray(["test", "**/*.test.*", "**/b", "a", "a/b"])
    fc.assert(
      fc.property(fc.array(file, { maxLength: 25 }), patterns, (some, leaveOut) => {
        const isLeftOut = namedBy(leaveOut)
        // A name is a file or a directory, never both.
        const files = [...new Set(some)].filter((one) => !some.some((other) => other.startsWith(`${one}/`)))
        const { whole, directories } = selectParts(tree(...files), isLeftOut)
        const out = files.filter((one) => above(one).some(isLeftOut))
        expect(whole).toBe(out.length === 0)
        for (const one of directories) {
          expect([...out, ...directories].filter((other) => other.startsWith(`${one}/`))).toEqual([])
          expect(above(one).some(isLeftOut)).toBe(false)
        }
      }),
    )
  })
})

/** A path and all directories that it is in. */
const above = (path: string) => path.split("/").map((_, at, all) => all.slice(0, at + 1).join("/"))

describe("a pattern", () => {
  it.each([
    ["test", "test", true],
    ["test", "src/test", false],
    ["test", "tests", false],
    ["**/node_modules", "node_modules", true],
    ["**/node_modules", "a/b/node_modules", true],
    ["**/node_modules", "a/my_node_modules", false],
    ["**/.env.*", "a/.env.local", true],
    ["**/.env.*", "a/.env", false],
    ["**/*.test.*", ".hidden/a.test.ts", true],
    ["README*", "README", true],
    ["README*", "README/x", false],
    ["dist/web", "dist/web", true],
    ["./dist/", "dist", true],
    ["a+b(c)", "a+b(c)", true],
    ["a.b", "axb", false],
    ["*.log", "a\nb.log", true],
  ])("%s names %s: %s", (pattern, path, expected) => {
    expect(namedBy([pattern])(path)).toBe(expected)
  })

  it("that is not there names nothing", () => {
    expect(namedBy([])("")).toBe(false)
  })
})

it("a pattern for exactly one path names it whatever it is called", () => {
  expect(["app/[slug]", "a*b?", "back\\slash", "plain"].map(exactly)).toEqual([
    "app/\\[slug\\]",
    "a\\*b\\?",
    "back\\\\slash",
    "plain",
  ])
})
