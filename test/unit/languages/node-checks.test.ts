/** How a Node component is checked, by what its files tell. */
import { describe, expect, test } from "vitest"
import { checksOf, type NodeFiles } from "../../../src/languages/node/checks.ts"
import { npm } from "../../../src/languages/node/managers/npm.ts"
import { pnpm } from "../../../src/languages/node/managers/pnpm.ts"
import { yarnBerry } from "../../../src/languages/node/managers/yarn-berry.ts"
import { yarnClassic } from "../../../src/languages/node/managers/yarn-classic.ts"
import { codeLines, isSourceFile } from "../../../src/languages/node/source-files.ts"
import CoverageSettings from "../../../src/languages/node/vitest-settings.ts"

const named = { typecheck: "typecheck", lint: "lint", coverage: "coverage" }
const installed: Readonly<Record<string, string>> = {
  typescript: "5.9.3",
  eslint: "9.1.0",
  jest: "30.5.2",
  vitest: "5.1.0",
  mocha: "12.0.3",
}
const files = (scripts: NodeFiles["scripts"], names: readonly string[] = ["package.json"]): NodeFiles => ({
  names,
  keys: [],
  scripts,
  choosesFiles: false,
  node: "v24.9.0",
  version: (name) => installed[name],
  manager: npm,
})
const checks = (scripts: NodeFiles["scripts"], names?: readonly string[]) =>
  checksOf(files(scripts, names), named)

describe("tests by the runner that a script starts", () => {
  test.each([
    ["jest", "jest", ["npm", "run", "--silent", "test", "--"]],
    ["NODE_ENV=test jest --runInBand", "jest", ["npm", "run", "--silent", "test", "--"]],
    ["npm run build && npx jest", "jest", ["npm", "run", "--silent", "test", "--"]],
    ["cross-env CI=1 vitest run", "vitest", ["npm", "run", "--silent", "test", "--"]],
    ["./node_modules/.bin/vitest run", "vitest", ["npm", "run", "--silent", "test", "--"]],
    ["c8 mocha", "mocha", ["npm", "run", "--silent", "test", "--"]],
    ["node --test", "node:test", ["node", "--experimental-test-coverage"]],
    ["node --import tsx --test test/*.test.ts", "node:test", ["node", "--experimental-test-coverage"]],
  ])("%s is %s", (script, tool, begin) => {
    const { unit } = checks({ test: script })
    expect(unit).toMatchObject({ tool: { name: tool }, judged: [0, 1] })
    expect("command" in unit ? unit.command.slice(0, begin.length) : null).toEqual(begin)
  })

  test("options of node --test stand before its files, which stay as they were", () => {
    const { unit } = checks({ test: "node --import tsx --test test/*.test.ts" })
    expect("command" in unit ? unit.command.slice(-4) : null).toEqual([
      "--import",
      "tsx",
      "--test",
      "test/*.test.ts",
    ])
  })

  test("both gates read one run", () => {
    const { unit, coverage } = checks({ test: "jest" })
    expect("command" in unit && "command" in coverage && coverage.command).toEqual(
      "command" in unit && unit.command,
    )
    expect(coverage).toMatchObject({ report: { format: "istanbul", path: "coverage/coverage-summary.json" } })
  })

  test("the script that is named comes first, then those that measure, then test", () => {
    const all = { test: "mocha", "test:cov": "jest --coverage", coverage: "vitest run" }
    expect(checks(all).unit).toMatchObject({ tool: { name: "vitest" } })
    const { coverage: _left, ...rest } = all
    expect(checks(rest).unit).toMatchObject({ tool: { name: "jest" } })
  })

  test("no script, or the one of npm init, is nothing to check", () => {
    const none = { notApplicable: "no script coverage or test" }
    expect(checks({})).toMatchObject({ unit: none, coverage: none })
    const script = 'echo "Error: no test specified" && exit 1'
    expect(checks({ test: script })).toMatchObject({ unit: none, coverage: none })
  })

  test.each([
    "react-scripts test",
    "ava",
    'node --test "test/**/*.js"',
    "TZ=UTC node --test",
    "node --test $FILES",
    "bash test.sh",
  ])("%s is not passed over: how is to be said", (script) => {
    expect(checks({ test: script })).toMatchObject({
      unit: { undetermined: expect.stringContaining('the script "test"') },
      coverage: { undetermined: expect.any(String) },
    })
  })

  test("Mocha's coverage is to be said", () => {
    expect(checks({ test: "mocha" }).coverage).toEqual({
      undetermined: "mocha measures no coverage by itself",
    })
  })
})

describe("scripts run by the project's own package manager", () => {
  test.each([
    [npm, ["npm", "run", "--silent", "lint", "--"], ["npx", "--no-install"], ["npx", "--no-install"]],
    [pnpm, ["pnpm", "run", "--silent", "lint"], ["pnpm", "exec"], ["pnpm", "exec"]],
    [yarnBerry, ["yarn", "run", "lint"], ["yarn", "run"], ["yarn", "run", "--top-level"]],
    [yarnClassic, ["yarn", "run", "--silent", "lint"], ["yarn", "run", "--silent"], ["npx", "--no-install"]],
  ])("%o gets the arguments of a tool in its own way", (manager, begin, own, ofRoot) => {
    const { lint, typecheck } = checksOf(
      { ...files({ lint: "eslint ." }, ["tsconfig.json"]), manager },
      named,
    )
    expect("command" in lint ? lint.command : []).toEqual([
      ...begin,
      ...["--no-fix", "--format", "json", "--output-file", "/out/eslint.json"],
    ])
    expect(lint).toMatchObject({ tool: { script: `${manager.name} run lint` } })
    expect("command" in typecheck ? typecheck.command : []).toEqual(
      [...own, "tsc", "--noEmit"].concat("--pretty", "false", "--listFiles"),
    )
    // In a workspace, the root may be all that names the tool.
    const shared = { ...files({}, ["tsconfig.json"]), manager, ofRoot: (of: string) => of === "typescript" }
    const found = checksOf(shared, named).typecheck
    expect("command" in found ? found.command.slice(0, -3) : []).toEqual([...ofRoot, "tsc", "--noEmit"])
  })
})

describe("G05 every source file is measured", () => {
  const command = (scripts: NodeFiles["scripts"], choosesFiles = false) => {
    const { unit } = checksOf({ ...files(scripts), choosesFiles }, named)
    return "command" in unit ? unit.command : []
  }

  test("sibling of G05: Jest measures files that no test loads, unless its settings choose the files", () => {
    expect(command({ test: "jest" })).toContain(
      "--collectCoverageFrom=**/*.{js,jsx,mjs,cjs,ts,tsx,mts,cts,vue,svelte}",
    )
    expect(command({ test: "jest" }, true).join()).not.toContain("collectCoverageFrom")
  })

  test("sibling of G05: of node --test it is known that its report names only what was loaded", () => {
    expect(checks({ test: "node --test" }).coverage).toMatchObject({ loadedOnly: true })
    expect(checks({ test: "jest" }).coverage).not.toHaveProperty("loadedOnly")
  })

  test.each([
    ["src/refund.ts", true],
    ["server.js", true],
    ["src/build/images.ts", true],
    ["src/latest/a.mts", true],
    ["src/refund.test.ts", false],
    ["src/__tests__/a.ts", false],
    ["test/helper.ts", false],
    ["dist/server.js", false],
    ["vitest.config.ts", false],
    [".eslintrc.cjs", false],
    ["src/env.d.ts", false],
    ["src/data.json", false],
  ])("%s is source: %s", (path, is) => {
    expect(isSourceFile(path)).toBe(is)
  })

  test("lines of code are those that run: no comment, no bracket, no import", () => {
    const text = 'import a from "a"\n/* a\n b */\n// c\nexport { a } from "b"\n\nif (a) {\n  a()\n}\n'
    expect(codeLines(text)).toBe(2)
  })
})

describe("G19 the project's own thresholds", () => {
  const own = { 100: true, "src/server.ts": { lines: 90 }, perFile: true, lines: 100 }

  test("G19 of every form are off for Vitest, by a reporter that gets its settings", () => {
    const options = { thresholds: own, include: ["src/**"] }
    new CoverageSettings().onInit({ config: { root: "/app" }, coverageProvider: { options } })
    expect(options).toEqual({ thresholds: undefined, include: ["src/**"] })
    const { unit } = checks({ coverage: "vitest run" })
    expect("command" in unit ? unit.command : []).toContain("--reporter=/signalbox/vitest-settings.ts")
  })

  test("G05 where the project names no files, Vitest measures every source file", () => {
    const options: { include?: string[] } = {}
    const coverageProvider = { options, isIncluded: (file: string) => !file.includes("generated") }
    new CoverageSettings().onInit({ config: { root: "/app" }, coverageProvider })
    expect(options.include).toEqual(["**/*.{js,jsx,mjs,cjs,ts,tsx,mts,cts,vue,svelte}"])
    const included = ["src/a.ts", "test/a.ts", "src/generated/a.ts"].map((file) =>
      coverageProvider.isIncluded(`/app/${file}`),
    )
    expect(included).toEqual([true, false, false])
    new CoverageSettings().onInit({ config: { root: "/app" }, coverageProvider: null })
  })

  test("sibling of G19: those of node --test are off", () => {
    const script = "node --test --test-coverage-lines=90 --test-coverage-branches 80 test/a.js"
    const { unit } = checks({ test: script })
    expect("command" in unit ? unit.command.slice(-2) : []).toEqual(["--test", "test/a.js"])
  })
})

describe("types and lint", () => {
  test("by script, else by the tool that the files tell, else not at all", () => {
    expect(checks({ typecheck: "tsc -b" }).typecheck).toMatchObject({
      command: ["npm", "run", "--silent", "typecheck", "--", "--pretty", "false", "--listFiles"],
    })
    expect(checks({}, ["tsconfig.json"]).typecheck).toMatchObject({
      tool: { name: "tsc", version: "5.9.3" },
      command: ["npx", "--no-install", "tsc", "--noEmit", "--pretty", "false", "--listFiles"],
    })
    expect(checks({}).typecheck).toEqual({ notApplicable: "no tsconfig.json, and no script typecheck" })
    expect(checks({}, ["eslint.config.mjs"]).lint).toMatchObject({ tool: { name: "eslint" } })
    // ESLint takes the settings of the workspace's root for a member without its own.
    const member = { ...files({}), namesAbove: ["package.json", "eslint.config.mjs"] }
    expect(checksOf(member, named).lint).toMatchObject({ tool: { name: "eslint" } })
    expect(checks({}).lint).toEqual({ notApplicable: "no script lint, and no settings of ESLint" })
  })

  test("V09 the evidence says where the project's own script started the tool", () => {
    const script = (check: object) => ("tool" in check ? check.tool : undefined)
    const own = checks({ typecheck: "echo /app/x.ts", lint: "eslint .", test: "jest" })
    expect([own.typecheck, own.lint, own.unit, own.coverage].map(script)).toMatchObject([
      { name: "tsc", version: "5.9.3", package: "typescript", script: "npm run typecheck" },
      { name: "eslint", script: "npm run lint" },
      { name: "jest", script: "npm run test" },
      { name: "jest", script: "npm run test" },
    ])
    for (const check of [checks({}, ["tsconfig.json"]).typecheck, checks({ test: "node --test" }).unit])
      expect(script(check)).not.toHaveProperty("script")
  })

  test("X2 a script with --fix mends nothing", () => {
    const { lint } = checks({ lint: "eslint . --fix" })
    expect("command" in lint ? lint.command : []).toContain("--no-fix")
  })

  test("a tool that is configured and not installed is no reason to skip", () => {
    const bare = { ...files({}, ["tsconfig.json", ".eslintrc.json"]), version: () => undefined }
    expect(checksOf(bare, named)).toMatchObject({
      typecheck: { undetermined: "typescript is configured, and not installed" },
      lint: { undetermined: "eslint is configured, and not installed" },
    })
  })

  test("a script that is named and not there is no reason to skip", () => {
    const own = { typecheck: "types", lint: "style", coverage: "cover" }
    const found = checksOf(files({ test: "jest" }), own)
    expect(Object.values(found).map((one) => ("undetermined" in one ? one.undetermined : null))).toEqual(
      ["types", "style", "cover", "cover"].map((name) => `package.json has no script "${name}"`),
    )
  })
})
