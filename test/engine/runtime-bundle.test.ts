/**
 * When this library's module is bundled again: for a change of what it consists of, and for nothing else. And what its
 * author is told when it cannot be bundled.
 */
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { dagger, daggerOutput, finalError, uniqueName, type Workspace, workspace } from "./harness/index.ts"
import { copyOwnModule } from "./support/own-module.ts"

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 })

let here: Workspace
let copy: string

/** A function that the copy has besides: when the file was written that its own code runs from. */
const probe = `
  @func({ cache: "never" })
  async bundledAt(): Promise<string> {
    const { stat } = await import("node:fs/promises")
    return String((await stat(new URL(import.meta.url))).mtimeMs)
  }

  private gate(`

beforeAll(async () => {
  here = await workspace()
  copy = await copyOwnModule(here, ".")
  await here.write({ "toolbox.yaml": "schemaVersion: 1\n" })
  const index = await here.read("src/index.ts")
  await here.write({ "src/index.ts": index.replace("\n  private gate(", probe) })
})

afterAll(() => here?.[Symbol.asyncDispose]())

const bundledAt = () => daggerOutput(["call", "bundled-at"], { cwd: copy })

describe("the module is bundled", () => {
  it.each([
    ["src", "src/domain/added.ts"],
    ["pipelines", "pipelines/added.ts"],
  ])("again after a change under %s", async (_folder, file) => {
    const before = await bundledAt()
    expect(Number(before)).toBeGreaterThan(0)
    await here.write({ [file]: `export const added = "${uniqueName()}"\n` })
    expect(await bundledAt()).not.toBe(before)
  })

  it("once for a content, whatever was in between", async () => {
    const file = "pipelines/added.ts"
    const text = `export const added = "${uniqueName()}"\n`
    await here.write({ [file]: text })
    const first = await bundledAt()
    await here.write({ [file]: `${text}export const more = 1\n` })
    expect(await bundledAt()).not.toBe(first)
    await here.write({ [file]: text })
    expect(await bundledAt()).toBe(first)
  })

  it.each(["out", "examples", "docs", "environments", "test"])(
    "not after a change under %s",
    async (folder) => {
      const before = await bundledAt()
      await here.write({ [join(folder, "added.ts")]: `export const added = "${uniqueName()}"\n` })
      expect(await bundledAt()).toBe(before)
    },
  )
})

describe("what the author of a module is told", () => {
  it.each([
    ["does not parse", "pipelines/ci.ts", "const fine = 1\nconst = 2\n", /pipelines\/ci\.ts:2:7: Expected /],
    [
      "imports what is not there",
      "pipelines/ci.ts",
      'const fine = 1\nimport "./nowhere.ts"\n',
      /pipelines\/ci\.ts:2:8: Could not resolve "\.\/nowhere\.ts"/,
    ],
  ])("names file and line of code that %s", async (_what, file, text, expected) => {
    await using broken = await workspace()
    await broken.fixture("contract", ".")
    const index = await broken.read("src/index.ts")
    await broken.write({ "src/index.ts": `${index}\nexport * from "../${file}"\n`, [file]: text })
    const outcome = await dagger(["functions"], { cwd: broken.path })
    expect(outcome.code).toBe(1)
    expect(finalError(outcome)).toMatch(expected)
  })

  it("names file and line of a declaration that the engine cannot know", async () => {
    await using broken = await workspace()
    await broken.fixture("contract", ".")
    const text = (await broken.read("src/index.ts")).replace(
      "plain(): string {",
      "plain(what: Map<string, 1>): string {",
    )
    await broken.write({ "src/index.ts": text })
    const line = text.split("\n").findIndex((each) => each.includes("Map<string, 1>")) + 1
    const outcome = await dagger(["functions"], { cwd: broken.path })
    expect(outcome.code).toBe(1)
    expect(finalError(outcome)).toMatch(new RegExp(`src/index\\.ts:${line}:\\d+: `))
  })
})
