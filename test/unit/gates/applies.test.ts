/** Which components a check applies to: by what lies in them, and by the scripts that signalbox.yaml names. */
import type { Directory } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import { parseConfig } from "../../../src/config/index.ts"
import { catalogue, type GateName } from "../../../src/gates/catalogue.ts"
import { sharedContext } from "../../../src/gates/engine/shared.ts"
import type { Applies, GateContext } from "../../../src/gates/gate.ts"
import { minimalConfig, replaced } from "../config/texts.ts"

type Files = Readonly<Record<string, string>>

/** A source with a directory for each component. */
function sourceOf(components: Readonly<Record<string, Files>>): Directory {
  const directory = (path: string) => ({
    entries: async () => Object.keys(components[path] ?? {}),
    file: (name: string) => ({
      contents: async () => components[path]?.[name] ?? Promise.reject(new Error(`${name} is not there`)),
    }),
  })
  const entries = async () => Object.keys(components).map((path) => `${path}/`)
  return { directory, entries } as unknown as Directory
}

async function applies(name: GateName, web: Files, text = minimalConfig, more = {}): Promise<Applies> {
  const entry = catalogue.find((one) => one.name === name)
  if (entry === undefined) throw new Error(`there is no gate ${name}`)
  const config = parseConfig(text, "signalbox.yaml")
  const toolbox = { tools: { node: { image: "example/node", version: "24.9.0" } } }
  const given = { source: sourceOf({ web, ...more }), config, toolbox, trust: "branch" }
  const context = sharedContext(given as unknown as GateContext)
  return (await entry.load()).gate.appliesTo(config, context)
}

const manifest = (scripts: Files, more = {}) => ({ "package.json": JSON.stringify({ scripts, ...more }) })
const renamed = (script: string) =>
  replaced(minimalConfig, "    kind", `    scripts: { ${script}: ours }\n    kind`)

describe("a check applies to a component", () => {
  test.each<[string, GateName, Files, string?]>([
    ["with its script", "typecheck", manifest({ typecheck: "tsc" })],
    [
      "with a tsconfig.json, though the script got lost",
      "typecheck",
      { ...manifest({}), "tsconfig.json": "{}" },
    ],
    [
      "with settings of ESLint, though the script got lost",
      "lint",
      { ...manifest({}), "eslint.config.mjs": "" },
    ],
    ["with older settings of ESLint", "lint", { ...manifest({}), ".eslintrc.json": "{}" }],
    ["with settings of ESLint in package.json", "lint", manifest({}, { eslintConfig: {} })],
    ["with a script for tests", "unit", manifest({ test: "vitest run" })],
    ["with a script for coverage", "coverage", manifest({ coverage: "vitest run" })],
    ["that names another script, also where that is missing", "lint", manifest({}), renamed("lint")],
    ["that names another script for its tests", "unit", manifest({}), renamed("coverage")],
    ["whose package.json cannot be read: the run says what is wrong", "lint", { "package.json": "{" }],
    ["whose package.json is missing", "unit", {}],
  ])("%s", async (_, name, files, text) => {
    expect(await applies(name, files, text)).toMatchObject({ applies: true })
  })
})

describe("a check has nothing to judge", () => {
  test.each<[string, GateName, Files, string]>([
    ["without types", "typecheck", manifest({}), "web: no tsconfig.json, and no script typecheck"],
    ["without a linter", "lint", manifest({}), "web: no script lint, and no settings of ESLint"],
    ["without tests", "unit", manifest({}), "web: no script coverage or test"],
    ["without tests to measure", "coverage", manifest({}), "web: no script coverage or test"],
    [
      "with what npm init writes for a test",
      "unit",
      manifest({ test: 'echo "Error: no test specified" && exit 1' }),
      "web: no script coverage or test",
    ],
  ])("%s", async (_, name, files, why) => {
    expect(await applies(name, files)).toEqual({ applies: false, why })
  })
})

test("of two components one may have nothing to judge: it is told beside the other", async () => {
  const text = replaced(
    minimalConfig,
    "    kind: static",
    "    kind: static\n  api: { path: api, language: node, kind: service }",
  )
  const more = { api: manifest({ lint: "eslint ." }) }
  expect(await applies("lint", manifest({}), text, more)).toEqual({
    applies: true,
    skipped: [{ component: "web", why: "no script lint, and no settings of ESLint" }],
  })
})

test.each<GateName>(["secrets", "vulnerabilities", "images", "charts"])(
  "%s applies to every project",
  async (name) => {
    expect(await applies(name, {})).toEqual({ applies: true })
  },
)
