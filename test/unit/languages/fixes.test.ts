/** By which commands a component's own tools mend what they find. */
import { describe, expect, test } from "vitest"
import type { Fix } from "../../../src/languages/fix.ts"
import type { NodeFiles } from "../../../src/languages/node/checks.ts"
import { fixesOf as ofNode } from "../../../src/languages/node/fixes.ts"
import { npm } from "../../../src/languages/node/managers/npm.ts"
import { pnpm } from "../../../src/languages/node/managers/pnpm.ts"
import { yarnBerry } from "../../../src/languages/node/managers/yarn-berry.ts"
import { fixesOf as ofPython } from "../../../src/languages/python/fixes.ts"
import type { PythonFiles } from "../../../src/languages/python/tool-settings.ts"

const commands = (fixes: readonly Fix[]) => fixes.map(({ command }) => command.join(" "))

function node(names: readonly string[], installed: readonly string[], more: Partial<NodeFiles> = {}) {
  const files: NodeFiles = {
    ...{ names, keys: [], scripts: {}, choosesFiles: false, node: "v24.9.0", manager: npm },
    version: (name) => (installed.includes(name) ? "1.0.0" : undefined),
    ...more,
  }
  return commands(ofNode(files, "lint"))
}

describe("Node", () => {
  test("what is configured and installed, the formatter after the linter", () => {
    expect(node(["eslint.config.js", ".prettierrc.json"], ["eslint", "prettier"])).toEqual([
      "npx --no-install eslint . --fix",
      "npx --no-install prettier --write --log-level warn .",
    ])
    expect(node(["biome.json"], ["@biomejs/biome"])).toEqual(["npx --no-install biome check --write ."])
    expect(node([], ["prettier"], { keys: ["prettier"] })).toHaveLength(1)
  })

  test("the script that lints says which files, where it starts ESLint", () => {
    const lint = (text: string) => node(["eslint.config.js"], ["eslint"], { scripts: { lint: text } })
    expect(lint("eslint src --max-warnings 0")).toEqual(["npm run --silent lint -- --fix"])
    // Another program has other options.
    expect(lint("xo")).toEqual([])
  })

  test("by the project's own package manager, and where a workspace has the tool", () => {
    const names = ["eslint.config.js", ".prettierrc"]
    const by = (manager: NodeFiles["manager"]) =>
      node(names, ["eslint", "prettier"], { manager, ofRoot: (name) => name === "prettier" })
    expect(by(pnpm)).toEqual(["pnpm exec eslint . --fix", "pnpm exec prettier --write --log-level warn ."])
    expect(by(yarnBerry)).toEqual([
      ...["yarn run eslint . --fix", "yarn run --top-level prettier --write --log-level warn ."],
    ])
    const scripts = { lint: "eslint src" }
    expect(node(names, ["eslint"], { manager: pnpm, scripts })).toEqual(["pnpm run --silent lint --fix"])
    expect(node(names, ["eslint"], { manager: yarnBerry, scripts })).toEqual(["yarn run lint --fix"])
  })

  test.each([
    ["configured and not installed", ["eslint.config.js", ".prettierrc", "biome.json"], []],
    ["installed and not configured", ["package.json"], ["eslint", "prettier", "@biomejs/biome"]],
  ])("%s mends nothing", (_, names, installed) => {
    expect(node(names, installed)).toEqual([])
  })
})

describe("Python", () => {
  const python = (locked: readonly string[], more: Partial<PythonFiles> = {}) =>
    commands(
      ofPython({
        ...{ names: [], tools: {}, texts: {}, hasTests: false },
        version: (name) => (locked.includes(name) ? "1.0.0" : undefined),
        ...more,
      }),
    )

  test("Ruff, with its formatter only where that is configured, or Black", () => {
    const check = "/opt/venv/bin/ruff check --fix --no-cache ."
    expect(python(["ruff"])).toEqual([check])
    expect(python(["ruff"], { tools: { ruff: { format: {} } } })).toEqual([
      check,
      "/opt/venv/bin/ruff format --no-cache .",
    ])
    expect(python(["ruff", "black"], { tools: { ruff: { format: {} } } })).toEqual([
      check,
      "/opt/venv/bin/black .",
    ])
    expect(python([])).toEqual([])
  })
})
