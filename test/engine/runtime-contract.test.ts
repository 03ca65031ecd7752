/**
 * The built-in runtime against the official one: the same modules, on the same engine, through the introspector and
 * executor that npm has. Whatever a user or another module can see must be equal.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import {
  type CallOptions,
  dagger,
  daggerOutput,
  finalError,
  useOfficialSdk,
  type Workspace,
  workspace,
} from "./harness/index.ts"

vi.setConfig({ testTimeout: 400_000, hookTimeout: 60_000 })

const modules = ["contract", "contract-user"]
const fixture = (name: string) => readFile(join(import.meta.dirname, "fixtures", name), "utf8")

let ours: Workspace
let official: Workspace

beforeAll(async () => {
  const made = [await workspace(), await workspace()] as const
  for (const here of made) {
    for (const name of modules) await here.fixture(name)
    await here.write({ "contract/out/ignored.txt": "out" })
  }
  ;[ours, official] = made
  await useOfficialSdk(official, modules)
})

afterAll(() => Promise.all([ours, official].map((here) => here[Symbol.asyncDispose]())))

/** The same in both; the official one first, while nothing else runs, because it is the slower one. */
async function both<T>(ask: (root: string) => Promise<T>): Promise<{ ours: T; official: T }> {
  const [first, second] = await Promise.all([ask(official.path), ask(ours.path)])
  return { official: first, ours: second }
}

async function query(root: string, module: string, text: string): Promise<Record<string, unknown>> {
  return JSON.parse(await daggerOutput(["query"], { cwd: join(root, module), input: text, timeout: 350 }))
}

/** What a user sees of a call: exit code, result, and what is said last. */
async function seen(root: string, module: string, args: readonly string[], options: CallOptions = {}) {
  const outcome = await dagger(["call", ...args], { cwd: join(root, module), timeout: 200, ...options })
  return { code: outcome.code, stdout: outcome.stdout, error: finalError(outcome) }
}

interface Definition {
  readonly asObject?: { readonly name: string; readonly sourceModuleName: string }
  readonly asEnum?: { readonly sourceModuleName: string }
  readonly asInterface?: { readonly sourceModuleName: string }
}

const isOf = (module: string) => (definition: Definition) =>
  definition.asObject?.name === "Query" ||
  [definition.asObject, definition.asEnum, definition.asInterface].some(
    (type) => type?.sourceModuleName === module,
  )

describe("type definitions", () => {
  it.each(modules)("of %s are those of the official introspector", async (module) => {
    const text = await fixture("type-definitions.graphql")
    const found = await both(async (root) => {
      const answer = await query(root, module, text)
      return (answer.currentTypeDefs as Definition[]).filter(isOf(module))
    })
    expect(found.official.length).toBeGreaterThan(1)
    expect(found.ours).toEqual(found.official)
  })

  it("mark the same functions as checks", async () => {
    const listed = await both((root) =>
      daggerOutput(["check", "-l"], { cwd: join(root, "contract"), timeout: 200 }),
    )
    expect(listed.ours).toContain("good")
    expect(listed.ours).toBe(listed.official)
  })
})

describe("results", () => {
  it("of every function are those of the official executor", async () => {
    const text = await fixture("contract-results.graphql")
    const found = await both((root) => query(root, "contract", text))
    expect(found.ours).toEqual(found.official)
    expect(found.ours).toMatchObject({
      contract: {
        lazy: '{"a":[1,"x"]}',
        own: expect.arrayContaining(["data/a.txt", "pipelines/lazy.ts", "src/parts/entry.ts"]),
        state: expect.stringContaining('"entries":["x:high","y:high"]'),
      },
    })
    expect(found.ours).not.toMatchObject({ contract: { own: expect.arrayContaining(["out/ignored.txt"]) } })
  })

  it.each([
    ["a secret", ["secret", "--value", "env://LONG"], { code: 0, stdout: "5 characters" }],
    ["a service", ["service-port", "--service", "tcp://localhost:4711"], { code: 0, stdout: "4711\n" }],
    [
      "files",
      ["first", "--files", "package.json"],
      { code: 0, stdout: expect.stringContaining('"contract"') },
    ],
    [
      "arguments of the constructor",
      ["--label", "x", "--level", "HIGH", "--toolbox", "package.json", "state"],
      { code: 0 },
    ],
    ["a nested object", ["summary", "--title", "t", "first", "describe"], { code: 0, stdout: "a:low" }],
  ])("of a call with %s are the same", async (_what, args, expected) => {
    const found = await both((root) => seen(root, "contract", args, { env: { LONG: "12345" } }))
    expect(found.ours).toEqual(found.official)
    expect(found.ours).toMatchObject(expected)
  })

  it("are cached as the cache options say", async () => {
    const repeated = await both(async (root) => {
      const pattern: Record<string, boolean> = {}
      for (const name of ["never", "session", "minute"]) {
        const [one, two] = [await seen(root, "contract", [name]), await seen(root, "contract", [name])]
        pattern[name] = one.stdout === two.stdout
      }
      return pattern
    })
    expect(repeated.ours).toEqual(repeated.official)
    expect(repeated.ours).toEqual({ never: false, session: false, minute: true })
  })
})

describe("errors", () => {
  it.each([
    ["throwing", [], 1, "Error: first line\nsecond line"],
    ["rejecting", [], 1, "Error: rejected"],
    ["throws-text", [], 1, 'Error: "a text"'],
    ["float", [], 1, expect.stringContaining("cannot return float '1.5'")],
    ["failing", ["--code", "7"], 7, "Error: exit code: 7\nStdout:\nout\nStderr:\nerr"],
    ["next", ["--level", "MIDDLE"], 1, expect.stringContaining("MIDDLE")],
    ["bad", [], 1, expect.stringContaining("exit code: 1")],
  ])("of %s are told as the official runtime tells them", async (name, args, code, error) => {
    const found = await both((root) => seen(root, "contract", [name, ...args]))
    expect(found.ours).toEqual(found.official)
    expect(found.ours).toMatchObject({ code, error })
  })

  it("of an exec can be caught, with exit code and output", async () => {
    const found = await both((root) => seen(root, "contract", ["catching"]))
    expect(found.ours).toEqual(found.official)
    expect(JSON.parse(found.ours.stdout)).toEqual({
      name: "ExecError",
      exitCode: 5,
      stdout: "out",
      stderr: "err",
    })
  })
})

describe("a module that another one depends on", () => {
  it.each([
    ["state", ["--source", "."]],
    ["context", []],
    ["own", []],
    ["next", []],
    ["nested", ["--source", "."]],
    ["returned", ["--source", ".", "label"]],
    ["throwing", []],
    ["failing", []],
  ])("answers %s as with the official runtime", async (name, args) => {
    const found = await both((root) => seen(root, "contract-user", [name, ...args]))
    expect(found.ours).toEqual(found.official)
    expect(found.ours.code).toBe({ throwing: 1, failing: 9 }[name] ?? 0)
  })
})
