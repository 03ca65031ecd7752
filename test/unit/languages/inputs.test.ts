import { describe, expect, test } from "vitest"
import {
  buildExcludes,
  gateExcludes,
  notForRun,
  outputOf,
  sourceExcludes,
} from "../../../src/languages/node/inputs.ts"
import { namedBy } from "../../../src/toolbox/index.ts"

/** As the engine does: a pattern that matches a directory takes everything below it. */
const excluded = (patterns: readonly string[], path: string) =>
  path.split("/").some((_, index, parts) => namedBy(patterns)(parts.slice(0, index + 1).join("/")))

describe("what an image is built from", () => {
  test.each([
    "src/app.ts",
    "src/App.tsx",
    "index.html",
    "public/icon.svg",
    "package.json",
    "tsconfig.build.json",
    "vite.config.ts",
  ])("%s belongs to it", (path) => expect(excluded(buildExcludes("dist"), path)).toBe(false))

  test.each([
    ...[
      "README.md",
      "test/app.test.ts",
      "src/app.test.ts",
      "src/__tests__/x.ts",
      "eslint.config.js",
      "Dockerfile",
    ],
    ...["node_modules/a/index.js", "dist/app.js", ".npmrc"],
  ])("%s does not: touching it builds nothing", (path) =>
    expect(excluded(buildExcludes("dist"), path)).toBe(true),
  )

  test("gates see tests and configuration, but no packages and nothing built", () => {
    const gates = gateExcludes("dist")
    for (const path of ["test/app.test.ts", "eslint.config.js", "README.md", "src/app.ts"])
      expect(excluded(gates, path)).toBe(false)
    for (const path of [".npmrc", "node_modules/a/b.js", "dist/app.js"])
      expect(excluded(gates, path)).toBe(true)
  })

  test.each([".env", ".env.production", ".env.test", "src/coverage/c.ts", "public/vendor/lib/dist/lib.js"])(
    "G03 R5 R6 a committed %s belongs to builds and gates",
    (path) => {
      expect(excluded(buildExcludes("dist"), path)).toBe(false)
      expect(excluded(gateExcludes("dist"), path)).toBe(false)
    },
  )

  test.each(["docs/intro.md", "LICENSE", "src/access.log", ".cache/data.json"])(
    "sibling of G03: %s belongs to a build",
    (path) => expect(excluded(buildExcludes("dist"), path)).toBe(false),
  )

  test("nothing of TypeScript gets into a service", () => {
    for (const path of ["app.ts", "zod/index.d.ts", "a/b.mts", "a/b.d.cts", "app.js.map"])
      expect(excluded(notForRun("dist/server.js"), path)).toBe(true)
    expect(excluded(notForRun("dist/server.js"), "app.js")).toBe(false)
  })

  test("sibling of G15: a TypeScript file that Node itself runs is the program", () => {
    expect(excluded(notForRun("src/server.ts"), "src/server.ts")).toBe(false)
    for (const path of ["zod/index.d.ts", "app.js.map"])
      expect(excluded(notForRun("src/server.ts"), path)).toBe(true)
  })
})

describe("where the build writes", () => {
  const nothing = async () => false
  const has =
    (...paths: string[]) =>
    (path: string) =>
      Promise.resolve(paths.includes(path))

  test.each([
    ["dist/server.js", "dist"],
    ["lib/main.js", "lib"],
    [".next/standalone/server.js", ".next"],
  ])("%s: %s", async (entry, output) => {
    expect(await outputOf({ kind: "service", entry }, nothing)).toBe(output)
    expect(await outputOf({ kind: "static", output: "build/web" }, nothing)).toBe("build/web")
  })

  test.each(["./dist/server.js", "dist//server.js", "././dist/./server.js"])(
    "X7 %s is the same as dist/server.js",
    async (entry) => expect(await outputOf({ kind: "service", entry }, nothing)).toBe("dist"),
  )

  test.each(["server.js", "./server.js", "node_modules/x/server.js"])(
    "sibling of X7: %s lies in no directory of its own, and brings no development package",
    async (entry) => {
      expect(await outputOf({ kind: "service", entry }, nothing)).toBeNull()
      expect(excluded(sourceExcludes, "node_modules/typescript/lib/tsc.js")).toBe(true)
    },
  )

  test("G15 a directory that has the entry before the build is one of sources", async () => {
    expect(await outputOf({ kind: "service", entry: "src/server.js" }, has("src/server.js"))).toBeNull()
    expect(await outputOf({ kind: "service", entry: "./src/server.ts" }, has("src/server.ts"))).toBeNull()
    expect(excluded(gateExcludes(null), "src/basket.ts")).toBe(false)
  })

  test("sibling of G15: so is a directory of static files, and dist never is", async () => {
    expect(await outputOf({ kind: "static", output: "public" }, has("public"))).toBeNull()
    expect(await outputOf({ kind: "static", output: "dist" }, has("dist"))).toBe("dist")
    expect(await outputOf({ kind: "static", output: "." }, nothing)).toBeNull()
  })
})
