/** What a repository without signalbox.yaml consists of: asked of every language, and refused where it is ambiguous. */
import { describe, expect, test } from "vitest"
import { assumptionsOf, componentsOf } from "../../../src/languages/assumptions.ts"
import { detectComponents } from "../../../src/languages/detect.ts"
import type { Detected } from "../../../src/languages/detected.ts"
import { namesOf } from "../../../src/languages/detected-names.ts"
import { treeOf } from "./trees.ts"

/** A language that recognises directories by one file. */
const byFile = (name: string, file: string, more: Partial<Detected> = {}) => ({
  name,
  looksFor: file,
  detect: async ({ paths }: { readonly paths: readonly string[] }): Promise<readonly Detected[]> =>
    paths
      .filter((path) => path === file || path.endsWith(`/${file}`))
      .map((path) => ({
        path: path === file ? "." : path.slice(0, -file.length - 1),
        because: `there is ${path}`,
        settings: [],
        ...more,
      })),
})
const soup = byFile("soup", "soup.pot")
const cake = byFile("cake", "cake.tin")
const oven = { ...byFile("oven", "Oven"), buildsAny: true as const }

const found = async (files: readonly string[], languages = [soup, cake, oven], project = "shop") =>
  detectComponents(treeOf(Object.fromEntries(files.map((file) => [file, ""]))), project, languages)

test("each language's components are found, named by their directories, the source root by the project", async () => {
  const { components } = await found(["soup.pot", "web/cake.tin"])
  expect(components).toMatchObject([
    { name: "shop", path: ".", language: "soup", because: "there is soup.pot" },
    { name: "web", path: "web", language: "cake" },
  ])
})

test("a directory that two languages recognise is an error with both reasons and what to write", async () => {
  const attempt = found(["web/soup.pot", "web/cake.tin"])
  await expect(attempt).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    exitCode: 13,
    detail: { where: "web" },
  })
  const message = await attempt.catch((error: Error) => error.message)
  expect(message).toContain("soup, because there is web/soup.pot; cake, because there is web/cake.tin")
  expect(message).toContain("components: { NAME: { path: web, language: soup, …, or language: cake, … } }")
})

test("the project's own Dockerfile builds the image, and the language of its sources checks it", async () => {
  const { components } = await found(["web/soup.pot", "web/Oven"])
  expect(components).toMatchObject([
    { name: "web", language: "oven", checkedAs: { language: "soup", because: "there is web/soup.pot" } },
  ])
  expect(componentsOf({ components })).toEqual({ web: { path: "web", language: "oven", checkedAs: "soup" } })
})

test("two that could check what a Dockerfile builds are ambiguous all the same", async () => {
  await expect(found(["Oven", "soup.pot", "cake.tin"])).rejects.toThrow("recognised twice")
})

test("where nothing is found, the error says what was looked for, and what nearly was one", async () => {
  const burnt = byFile("cake", "cake.tin", { notBuilt: "it is burnt" })
  const attempt = found(["web/cake.tin", "README.md"], [soup, burnt, oven])
  await expect(attempt).rejects.toMatchObject({ code: "CONFIG_MISSING", exitCode: 13 })
  const message = await attempt.catch((error: Error) => error.message)
  expect(message).toContain("web (there is web/cake.tin) is none: it is burnt")
  expect(message).toContain("looked for: soup.pot; cake.tin; Oven")
})

test("what is not built is told beside what is, unless another language builds it", async () => {
  const burnt = byFile("cake", "cake.tin", { notBuilt: "it is burnt" })
  const { components, notBuilt } = await found(
    ["soup.pot", "web/cake.tin", "api/Oven", "api/cake.tin"],
    [soup, burnt, oven],
  )
  expect(components.map(({ path }) => path)).toEqual([".", "api"])
  expect(notBuilt).toEqual([{ path: "web", language: "cake", why: "it is burnt" }])
})

describe("not looked into", () => {
  test("are packages of others, tests, and hidden directories", async () => {
    const { components, notLookedInto } = await found([
      ...["soup.pot", "node_modules/x/soup.pot", "test/fixtures/a/soup.pot", ".devcontainer/Oven"],
      ...["tests/b/package.json", "src/main/java/com/example/demo/soup.pot"],
    ])
    expect(components.map(({ path }) => path)).toEqual([".", "src/main/java/com/example/demo"])
    expect(notLookedInto).toEqual(["tests"])
  })

  test("are examples and documentation, unless there is nothing else", async () => {
    expect((await found(["soup.pot", "examples/a/cake.tin"])).components).toHaveLength(1)
    expect((await found(["examples/a/cake.tin"])).components).toMatchObject([
      { path: "examples/a", name: "a" },
    ])
  })
})

test("names are unique: with the directory above, and with a number where that does not help", () => {
  expect(namesOf([".", "apps/web", "admin/web", "api"], "shop")).toEqual([
    "shop",
    "apps-web",
    "admin-web",
    "api",
  ])
  expect(namesOf(["a/x y", "a/x_y"], "shop")).toEqual(["a-x-y", "a-x-y-2"])
  expect(namesOf(["9lives", "Übung"], "shop")).toEqual(["lives", "bung"])
  expect(namesOf(["."], "2048")).toEqual(["app"])
  expect(namesOf(["src/cart/src", "src/web"], "shop")).toEqual(["cart", "web"])
  expect(namesOf(["src"], "shop")).toEqual(["shop"])
})

test("every setting is told with its reason, and so are defaults that may be wrong", async () => {
  const pot = byFile("soup", "soup.pot", {
    settings: [
      { setting: "port", value: 3000, because: "soup.pot: PORT" },
      { setting: "scripts.build", value: "cook", because: "soup.pot" },
      { setting: "files", value: ["a", "b"], because: "soup.pot" },
    ],
  })
  const detection = await found(["soup.pot", "vendor/x/Dockerfile"], [pot])
  expect(componentsOf(detection).shop).toEqual({
    ...{ path: ".", language: "soup", port: 3000, scripts: { build: "cook" }, files: ["a", "b"] },
  })
  const told = assumptionsOf(detection, { shop: { port: 3000, health: "/health" } })
  expect(told.map(({ setting, value }) => `${setting}: ${value}`)).toEqual([
    ...["components.shop.path: .", "components.shop.language: soup", "components.shop.port: 3000"],
    ...[
      "components.shop.scripts.build: cook",
      "components.shop.files: [a, b]",
      "components.shop.health: /health",
    ],
    "vendor: not looked into",
  ])
  expect(told.at(-2)?.because).toMatch(/^the default: /)
})
