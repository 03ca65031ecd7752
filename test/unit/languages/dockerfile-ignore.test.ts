/** N06 M007 The `.dockerignore` that a component with a Dockerfile gets: nothing in it that a build could miss. */
import { expect, test } from "vitest"
import { ignoreTexts } from "../../../src/adoption/index.ts"
import { ignoreFile } from "../../../src/languages/dockerfile/ignore.ts"
import { component } from "../../../src/languages/dockerfile/schema.ts"

const dockerfile = "FROM base\nCOPY package.json ./\nCOPY . .\nRUN npm test\n"

function ignoring(
  files: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<{ path: string; patterns: readonly string[] } | null> {
  const parsed = component.parse({ path: ".", language: "dockerfile", port: 8080, ...settings })
  return ignoreFile(parsed, { paths: Object.keys(files), read: async (path) => files[path] ?? "" })
}

const patternsOf = async (...args: Parameters<typeof ignoring>) => (await ignoring(...args))?.patterns ?? []

test("leaves out what no image is made of, and nothing that a stage may run", async () => {
  const found = await ignoring({
    Dockerfile: dockerfile,
    "package.json": "{}",
    "README.md": "",
    "test/a.js": "",
  })
  expect(found?.path).toBe(".dockerignore")
  expect(found?.patterns).toEqual(
    expect.arrayContaining(["**/.git", "**/node_modules", "**/*.log", ".github", "README*", "**/.idea"]),
  )
  expect(
    found?.patterns.filter((one) => /test|spec|tsconfig|dist|build|Dockerfile|npmrc|docs/.test(one)),
  ).toEqual(["**/.pytest_cache"])
})

test("lies where the image is built from, not beside the Dockerfile", async () => {
  const files = { "docker/Dockerfile": dockerfile, "package.json": "{}" }
  expect((await ignoring(files, { path: "docker", context: "." }))?.path).toBe(".dockerignore")
  expect((await ignoring({ "app/Dockerfile": dockerfile }, { path: "app" }))?.path).toBe("app/.dockerignore")
})

test.each([".dockerignore", "Dockerfile.dockerignore"])("is none where there is %s", async (own) => {
  expect(await ignoring({ Dockerfile: dockerfile, [own]: "" })).toBeNull()
})

test("what the Dockerfile copies by its name stays, by a pattern or by a directory above it, too", async () => {
  const text =
    'FROM base\nCOPY README.md .\nCOPY .github/run.sh /\nCOPY *.log /logs/\nADD [".idea/x", "/x"]\n'
  const found = await patternsOf({ Dockerfile: text, "README.md": "", ".github/run.sh": "", "first.log": "" })
  expect(found).not.toEqual(expect.arrayContaining(["README*"]))
  for (const one of ["README*", ".github", "**/*.log", "**/.idea"]) expect(found).not.toContain(one)
  expect(found).toContain("CHANGELOG*")
})

test.each(["pyproject.toml", "Cargo.toml", "cmd/main.go"])(
  "a README stays beside %s, whose build may read it",
  async (file) => {
    expect(await patternsOf({ Dockerfile: dockerfile, [file]: "", "README.md": "" })).not.toContain("README*")
  },
)

test("a directory that is called like a report stays where it has code", async () => {
  const has = async (file: string) =>
    (await patternsOf({ Dockerfile: dockerfile, [file]: "" })).includes("**/coverage")
  expect(await has("src/coverage/index.ts")).toBe(false)
  expect(await has("coverage/map.go")).toBe(false)
  expect(await has("coverage/lcov-report/sorter.js")).toBe(true)
  expect(await has("src/index.ts")).toBe(true)
})

test("a committed .env stays where a bundler may read it as a default", async () => {
  expect(await patternsOf({ Dockerfile: dockerfile, "package.json": "{}" })).not.toContain("**/.env")
  expect(await patternsOf({ Dockerfile: dockerfile, "main.rb": "" })).toContain("**/.env")
  expect(await patternsOf({ Dockerfile: dockerfile, "package.json": "{}" })).toContain("**/.env.local")
})

test("two components of one directory leave out what both can do without", () => {
  const texts = ignoreTexts([
    { path: ".dockerignore", patterns: ["a", "b"] },
    { path: ".dockerignore", patterns: ["b", "c"] },
    { path: "web/.dockerignore", patterns: ["a"] },
  ])
  const lines = (path: string) =>
    texts
      .get(path)
      ?.split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
  expect([lines(".dockerignore"), lines("web/.dockerignore")]).toEqual([["b"], ["a"]])
})
