/**
 * This library's own module as the official SDK sees it: the introspector from npm over all files of src/, which the
 * official runtime also loads, every one of them, on every call.
 */
import { copyFile, mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import ts from "typescript"
import { expect, it, vi } from "vitest"
import { scan } from "../../node_modules/@dagger.io/dagger/dist/src/module/introspector/index.js"
import { nodes, parse, place, type Source, sources } from "../unit/pipelines/sources.ts"

vi.setConfig({ testTimeout: 60_000 })

const root = join(import.meta.dirname, "..", "..")
const client = join(root, "node_modules/@dagger.io/dagger/dist/src/api/client.gen.d.ts")

it("has every object and function for the official introspector", async () => {
  const all = await sources(["src"])
  const directory = await mkdtemp(join(tmpdir(), "signalbox-client-"))
  try {
    // As `dagger develop` names it: the introspector leaves out declaration files.
    const generated = join(directory, "client.gen.ts")
    await copyFile(client, generated)
    const files = all.map(({ file }) => join(root, file))
    const { objects } = await scan([...files, generated], "signalbox", false)
    const seen = Object.values(objects).map(({ name, methods }) => [name, Object.keys(methods).sort()])
    expect(Object.fromEntries(seen)).toEqual(declared(all))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

it("starts nothing when its files are loaded: a program runs only when it is the main one", async () => {
  const found = (await sources(["src"])).flatMap((source) =>
    parse(source)
      .statements.filter((statement) => !ts.isImportDeclaration(statement) && acts(statement))
      .map(place),
  )
  expect(found).toEqual([])
})

/** Whether a statement of a file does something by itself, other than defining. */
function acts(statement: ts.Statement): boolean {
  if (ts.isIfStatement(statement)) return statement.expression.getText() !== "import.meta.main"
  return ts.isExpressionStatement(statement) || ts.isTryStatement(statement) || ts.isForOfStatement(statement)
}

/** Names of the methods that are functions, by class, as they are written. */
function declared(all: readonly Source[]): Record<string, string[]> {
  const classes = all
    .filter(({ text }) => text.includes("@object()"))
    .flatMap((source) => nodes(parse(source), ts.isClassDeclaration))
  return Object.fromEntries(
    classes.map((one) => {
      const functions = one.members.filter(ts.isMethodDeclaration).filter(isFunction)
      return [one.name?.text, functions.map(({ name }) => name.getText()).sort()]
    }),
  )
}

function isFunction(method: ts.MethodDeclaration): boolean {
  return (ts.getDecorators(method) ?? []).some(({ expression }) => expression.getText().startsWith("func("))
}
