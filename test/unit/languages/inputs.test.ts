import { describe, expect, test } from "vitest"
import { buildExcludes, gateExcludes, notForRun, outputOf } from "../../../src/languages/node/inputs.ts"
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
    ...[
      ".env",
      ".env.local",
      "src/.env",
      "node_modules/a/index.js",
      "dist/app.js",
      "coverage/index.html",
      "npm.log",
    ],
  ])("%s does not: touching it builds nothing", (path) =>
    expect(excluded(buildExcludes("dist"), path)).toBe(true),
  )

  test("gates see tests and configuration, but nothing private and nothing built", () => {
    const gates = gateExcludes("dist")
    for (const path of ["test/app.test.ts", "eslint.config.js", "README.md", "src/app.ts"])
      expect(excluded(gates, path)).toBe(false)
    for (const path of [".env", "node_modules/a/b.js", "dist/app.js"])
      expect(excluded(gates, path)).toBe(true)
  })

  test("nothing of TypeScript gets into a service", () => {
    for (const path of ["app.ts", "zod/index.d.ts", "a/b.mts", "a/b.d.cts", "app.js.map"])
      expect(excluded(notForRun, path)).toBe(true)
    expect(excluded(notForRun, "app.js")).toBe(false)
  })

  test("where the build writes", () => {
    expect(outputOf({ kind: "static", output: "build/web" })).toBe("build/web")
    expect(outputOf({ kind: "service", entry: "lib/main.js" })).toBe("lib")
    expect(outputOf({ kind: "service", entry: "server.js" })).toBe("dist")
  })
})
