import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { schemaSources } from "../../../toolchain/runtime/programs/sources.ts"

const made: string[] = []
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true })
})

function selected(files: Record<string, string>): { entries: string[]; files: string[] } {
  const root = mkdtempSync(join(tmpdir(), "sources-"))
  made.push(root)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  const relative = (paths: readonly string[]) => paths.map((path) => path.slice(root.length + 1)).sort()
  const found = schemaSources(root)
  return { entries: relative(found.entries), files: relative(found.files) }
}

const object = (imports: string, members: string) =>
  `import { func, object } from "@dagger.io/dagger"\n${imports}\n@object()\nexport class Main {\n${members}\n}\n`

describe("the files that decide a schema", () => {
  it("are those with a decorated class and those that declare a type of an exported signature", () => {
    const found = selected({
      "index.ts": object(
        'import { Level } from "./level.ts"\nimport { Report } from "./report.ts"\nimport { work } from "./work.ts"',
        "@func() report(level: Level): Report { return work(level) }",
      ),
      "level.ts": 'export enum Level { Low = "low" }',
      "report.ts": object("", "@func() text(): string { return '' }"),
      "work.ts": "export function work(): never { throw new Error() }",
    })
    expect(found).toEqual({
      entries: ["index.ts", "report.ts"],
      files: ["index.ts", "level.ts", "report.ts"],
    })
  })

  it("leave out what only function bodies and private methods use", () => {
    const found = selected({
      "index.ts": object(
        'import { a } from "./a.ts"\nimport { B } from "./b.ts"',
        "@func() run(): string { return a() }\n private other(b: B): void {}",
      ),
      "a.ts": "export const a = () => ''",
      "b.ts": "export interface B { x: string }",
    })
    expect(found.files).toEqual(["index.ts"])
  })

  it("follow re-exports, directories, .js names and imports of imported types", () => {
    const found = selected({
      "index.ts": object('import type { Point } from "./types/index.js"', "@func() at(p: Point): void {}"),
      "types/index.ts": 'export * from "./point.js"',
      "types/point.ts": 'import type { Unit } from "../unit"\nexport type Point = { x: number; unit: Unit }',
      "unit.ts": 'export enum Unit { Pixel = "px" }',
    })
    expect(found.files).toEqual(["index.ts", "types/index.ts", "types/point.ts", "unit.ts"])
  })

  it("include constants of default values and decorator arguments", () => {
    const found = selected({
      "index.ts": object(
        'import { ignored } from "./ignored.ts"\nimport { port } from "./port.ts"',
        "@func() run(@argument({ ignore: ignored }) dir: Directory, port: number = port): void {}",
      ),
      "ignored.ts": 'export const ignored = ["out"]',
      "port.ts": "export const port = 80",
    })
    expect(found.files).toEqual(["ignored.ts", "index.ts", "port.ts"])
  })

  it("are all that a file imports where a type is left to inference", () => {
    const found = selected({
      "index.ts": object('import { made } from "./made.ts"', "@func() run() { return made() }"),
      "made.ts": "export const made = () => 1",
    })
    expect(found.files).toEqual(["index.ts", "made.ts"])
  })

  it("never include tests, declarations or installed packages", () => {
    const text = object("", "@func() x(): string { return '' }")
    const found = selected({
      "index.ts": text,
      "index.test.ts": text,
      "types.d.ts": "@object() class X {}",
      "node_modules/p/index.ts": text,
    })
    expect(found.entries).toEqual(["index.ts"])
  })
})
