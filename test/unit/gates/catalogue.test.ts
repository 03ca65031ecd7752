/** A gate is one folder and one entry of the catalogue: held over the sources. */
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"
import { describe, expect, test } from "vitest"
import { gateContexts } from "../../../src/domain/index.ts"
import { catalogue, componentGateNames, gateNames, requiredByDefault } from "../../../src/gates/catalogue.ts"
import { checkNames } from "../../../src/languages/check.ts"
import { nodes, parse, place, type Source, sources } from "../pipelines/sources.ts"

const gates = join(import.meta.dirname, "..", "..", "..", "src", "gates")

/** Who names a member although it is neither the member nor the catalogue, and why. */
const exceptions: Readonly<Record<string, string>> = {
  "src/index.ts": "a function with @check for each gate: Dagger needs it written down",
  "src/build/labels.ts": "a label of images that is called like a gate",
  "pipelines/render.ts": "the call `render` says that it judges the chart first",
  "src/deploy/plan/content.ts": "its rules are asked again of what is applied, with its waivers",
  "src/languages/check.ts": "what a component is checked for: the gates of these names judge it",
  "src/languages/node/schema.ts": "npm scripts that are called like the checks that run them",
  "src/languages/node/checks.ts": "an npm script that is called like the check that runs it",
  "src/languages/node/beside.ts":
    "the checks of a member of a workspace: the gates of these names tell of it",
  "src/languages/node/source-files.ts": "the directory that reports of coverage are written to",
  "src/languages/java/run/assemble.ts":
    "the layer of an application with its libraries, as Spring Boot calls it",
  "src/languages/node/managers/yarn-lock.ts": "a key of Yarn's lock file",
  "src/languages/java/run/collect.ts": "the directories that reports of Maven's plugins are brought to",
  "src/languages/python/checks.ts": "settings of coverage.py, as pytest-cov finds them",
  "src/languages/python/tool-settings.ts": "settings of coverage.py, by the files that may have them",
  "src/wrappers/credentials.ts": "what the builds of a component mount",
  "src/languages/dockerfile/detect.ts":
    "the settings `secrets` and `dockerfile` of a component: what its build mounts and reads",
  "src/languages/dockerfile/index.ts": "the language of components that a Dockerfile builds",
  "src/languages/dockerfile/schema.ts": "the language of components that a Dockerfile builds",
  "src/languages/catalogue.ts": "the language of components that a Dockerfile builds",
  "src/config/schema/custom-gates.ts": "the kind of a gate: quality or security",
  "src/report/gates/schema.ts": "the kind of a gate: quality or security",
  "src/report/gates/excerpt.ts": "the kind of a gate: quality or security",
  "src/config/assumed.ts": "where nobody has decided on a minimum of coverage, there is none to judge by",
  "pipelines/init.ts": "what is measured becomes the minimum that the file states",
  "src/domain/gate-result.ts": "whether a gate is about quality or about security",
  "src/gates/formats/coverage.ts": "an element of Cobertura's XML",
}

const isMember = (text: string | undefined) => gateNames.some((name) => name === text)

/** Whether a text is the name of a property in a type: `Release["images"]`, `Pick<Release, "images" | "chart">`. */
function isKey(text: ts.Node): boolean {
  let node = text.parent
  while (ts.isLiteralTypeNode(node) || ts.isUnionTypeNode(node)) node = node.parent
  if (ts.isIndexedAccessTypeNode(node)) return true
  return ts.isTypeReferenceNode(node) && ["Pick", "Omit"].includes(node.typeName.getText())
}

/**
 * Texts and import paths of a file that name a member. In a member's own folder the same word is a tool's (`helm lint`);
 * that members do not import each other is a rule of the imports.
 */
function mentions(source: Source): string[] {
  if (isMember(/^src\/gates\/([^/]+)\//.exec(source.file)?.[1])) return []
  return nodes(parse(source), ts.isStringLiteral)
    .filter((text) => !isKey(text))
    .filter(({ text }) => isMember(/(?:^|\/)gates\/([^/]+)\//.exec(text)?.[1] ?? text))
    .map(place)
}

test("no file but its own and the catalogue names a gate", async () => {
  const all = (await sources(["src", "pipelines"])).filter(({ file }) => file !== "src/gates/catalogue.ts")
  const found = all.flatMap((source) => mentions(source).map((where) => [source.file, where] as const))
  expect(found.filter(([file]) => !(file in exceptions)).map(([, where]) => where)).toEqual([])
  // An exception that nobody needs any more goes.
  expect(Object.keys(exceptions).filter((file) => !found.some(([seen]) => seen === file))).toEqual([])
})

test.each([
  ["a comparison", 'if (gate === "lint") run()', 1],
  ["a list", 'const security = ["secrets", "images"]', 2],
  ["an import of a member", 'import { gate } from "../gates/lint/gate.ts"', 1],
  ["an import of the engine", 'import { runGates } from "../gates/engine/run.ts"', 0],
  ["a type", 'type Security = "secrets" | "images"', 2],
  ["a property's name", 'type A = Release["images"] | Pick<Release, "images" | "chart">', 0],
  ["another word", 'const what = "linted"', 0],
])("is recognised: %s", (_, text, times) => {
  expect(mentions({ file: "src/a.ts", text })).toHaveLength(times)
})

describe("every member", () => {
  test("is a folder, and every folder but the engine's and the shared readers' is a member", () => {
    const folders = readdirSync(gates, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !["engine", "formats"].includes(entry.name))
      .map(({ name }) => name)
    expect(folders.sort()).toEqual([...gateNames].sort())
    for (const name of gateNames) expect(existsSync(join(gates, name, "gate.ts")), name).toBe(true)
  })

  test("keeps the contract", async () => {
    for (const { name, load } of catalogue) {
      const { gate } = await load()
      const parts = [gate.appliesTo, gate.run, gate.read, gate.decide].map((part) => typeof part)
      expect(parts, name).toEqual(["function", "function", "function", "function"])
    }
  })

  test("has a function of its own that `dagger check` runs", async () => {
    const [index] = (await sources(["src"])).filter(({ file }) => file === "src/index.ts")
    if (index === undefined) throw new Error("src/index.ts is missing")
    const checks = nodes(parse(index), ts.isMethodDeclaration)
      .filter((method) => (ts.getDecorators(method) ?? []).some((one) => one.getText() === "@check()"))
      .map((method) => [method.name.getText(), /this\.gate\("(.+)"\)/.exec(method.getText())?.[1]])
    const method = (name: string) => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    expect(checks).toEqual(gateNames.map((name) => [method(name), name]))
  })
})

test("what is required where nobody lists it is frozen: a gate that comes later warns until somebody names it", () => {
  const first = ["typecheck", "lint", "unit", "coverage", "secrets", "vulnerabilities", "images", "charts"]
  expect(requiredByDefault("fork")).toEqual(first.slice(0, 5))
  expect(requiredByDefault("branch")).toEqual(first)
  expect(requiredByDefault("release")).toEqual(first)
  expect(gateContexts).toEqual(["fork", "branch", "release"])
})

test("what a component can be checked for is what gates judge by component", () => {
  expect(componentGateNames).toEqual(checkNames)
})
