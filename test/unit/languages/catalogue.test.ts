/** A language is one folder and one entry of the catalogue: held over the sources. */
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import ts from "typescript"
import { describe, expect, test } from "vitest"
import { z } from "zod"
import { catalogue } from "../../../src/languages/catalogue.ts"
import type { Language } from "../../../src/languages/language.ts"
import { nodes, parse, place, type Source, sources } from "../pipelines/sources.ts"
import { language as toy } from "./toy/index.ts"
import { component as toySchema } from "./toy/schema.ts"

const languages = join(import.meta.dirname, "..", "..", "..", "src", "languages")
const names: readonly string[] = catalogue.map(({ name }) => name)

/** Names that are words in other meanings, too: a program and its image in the toolbox, what a component is, and a gate. */
const ambiguous = ["node", "image", "go", "rust", "dockerfile"]

const catalogueFile = "src/languages/catalogue.ts"
/** What semgrep calls the languages of code that it reads: files of the tree, whatever component they belong to, or none. */
const codeLanguages = "src/gates/static-analysis/"
/** Playwright's tests are a package of Node, whatever the components are written in. */
const browserTests = "src/gates/end-to-end/container.ts"

/** Who writes the name of a language down, outside of its folder and the catalogue. */
function mentions(source: Source): string[] {
  if (source.file.startsWith(codeLanguages) || source.file === browserTests) return []
  if (source.file === catalogueFile || /^src\/languages\/[^/]+\//.test(source.file)) return []
  return nodes(parse(source), ts.isStringLiteralLike)
    .filter(({ text }) => names.includes(text) || names.some((name) => text.includes(`languages/${name}/`)))
    .filter((text) => !ambiguous.includes(text.text) || isAboutLanguages(text))
    .map(place)
}

/** Whether a text is held against a language, or is one: a comparison, a case, a list to look into, a property. */
function isAboutLanguages(text: ts.StringLiteralLike): boolean {
  const around: readonly ts.Node[] = [text.parent, text.parent.parent, text.parent.parent.parent]
  const subjects = around.flatMap((node): readonly ts.Node[] => {
    if (ts.isBinaryExpression(node)) return [node.left, node.right]
    if (ts.isCaseClause(node)) return [node.parent.parent.expression]
    if (ts.isCallExpression(node)) return [node.expression, ...node.arguments]
    if (ts.isElementAccessExpression(node)) return [node.expression]
    if (ts.isPropertyAssignment(node)) return [node.name]
    return []
  })
  return subjects.some((subject) => subject !== text && /language/i.test(subject.getText()))
}

test("no file but its own and the catalogue names a language", async () => {
  expect((await sources(["src", "pipelines"])).flatMap(mentions)).toEqual([])
})

test.each([
  ["a comparison", 'if (component.language === "node") run()', 1],
  ["a switch", 'switch (component.language) { case "node": run() }', 1],
  ["a list", 'const own = ["node", "image"].includes(component.language)', 2],
  ["a table", 'const run = byLanguage["node"]', 1],
  ["a component that is made up", 'const one = { language: "image" }', 1],
  ["a name that is no other word", 'const what = "python"', 1],
  ["an import of a member", 'import { language } from "../languages/node/index.ts"', 1],
  ["an import of the contract", 'import type { Language } from "../languages/language.ts"', 0],
  ["the program", 'container.withExec(["node", "main.ts"])', 0],
  ["the tool", 'toolContainer(toolbox, "node")', 0],
  ["another word", 'finding("image-hardening", "image")', 0],
])("is recognised: %s", (_, text, times) => {
  expect(mentions({ file: "src/a.ts", text })).toHaveLength(times)
})

/** What the contract asks of a member. */
function expectContract(language: Language, name: string): void {
  expect(language.name).toBe(name)
  expect(typeof language.hasNode).toBe("boolean")
  const parts = [
    ...[
      language.manifest,
      language.assertBuildable,
      language.developmentContainer,
      language.developmentImage,
    ],
    ...[language.checks, language.packages, language.unpinned, language.image, language.assertStarts],
  ]
  expect(parts.map((part) => typeof part)).toEqual(parts.map(() => "function"))
}

/** A kind that components of a language may have: an unknown one alone would be told. */
function kindOf(schema: z.ZodType): unknown {
  const { anyOf, oneOf = anyOf } = z.toJSONSchema(schema, { io: "input" })
  const [first] = oneOf ?? []
  const kind = typeof first === "object" ? first.properties?.kind : undefined
  return typeof kind === "object" ? kind.const : undefined
}

describe("every member", () => {
  test("is a folder, and every folder is a member", () => {
    const folders = readdirSync(languages, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
    expect(folders.sort()).toEqual([...names].sort())
    for (const name of names) expect(existsSync(join(languages, name, "schema.ts")), name).toBe(true)
  })

  test("keeps the contract, under the name of its entry", async () => {
    for (const { name, load } of catalogue) expectContract((await load()).language, name)
    expectContract(toy, "notes")
  })

  test("takes components of its own name alone", () => {
    const described = [...catalogue, { name: "notes", schema: toySchema }]
    for (const { name, schema } of described)
      for (const language of [...names, "notes"].filter((one) => one !== name))
        expect(
          schema
            .safeParse({ language, kind: kindOf(schema) })
            .error?.issues.map(({ path }) => path.join(".")),
          name,
        ).toContain("language")
  })
})
