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
import { nodes, parse, type Source, sources } from "../unit/pipelines/sources.ts"

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
