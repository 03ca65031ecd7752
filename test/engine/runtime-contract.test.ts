/**
 * The built-in runtime against the official one: the same modules, on the same engine, through the introspector and
 * executor that npm has. Whatever a user or another module can see must be equal.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import {
  type Answer,
  askInParts,
  type CallOptions,
  contentKey,
  dagger,
  daggerOutput,
  definitionsOf,
  finalError,
  inSession,
  officialAnswer,
  useOfficialSdk,
  type Workspace,
  withoutColours,
  workspace,
} from "./harness/index.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 900_000 })

const fixtures = join(import.meta.dirname, "fixtures")
const fixture = (name: string) => readFile(join(fixtures, name), "utf8")

/** Each module, with calls that fail. */
const modules = {
  contract: {
    throwing: "{ contract { throwing } }",
    rejecting: "{ contract { rejecting } }",
    "throwing a text": "{ contract { throwsText } }",
    "a failed exec": "{ contract { failing(code: 7) } }",
    "a failed check": "{ contract { bad } }",
  },
  // Calls the one above as its dependency.
  "contract-user": {
    "a dependency that throws": "{ contractUser { throwing } }",
    "a dependency's failed exec": "{ contractUser { failing } }",
  },
} as const

type Module = keyof typeof modules
const names = Object.keys(modules) as Module[]

/** All that a session can learn about a module. */
interface Learned {
  readonly definitions: readonly unknown[]
  readonly results: Answer
  readonly errors: Readonly<Record<string, Answer>>
}

/** @param parallel functions that may run at a time */
async function learn(root: string, module: Module, parallel: number): Promise<Learned> {
  const results = await fixture(`${module}-results.graphql`)
  return inSession(join(root, module), async (ask) => {
    const errors: Record<string, Answer> = {}
    for (const [what, query] of Object.entries(modules[module])) errors[what] = await ask(query)
    return {
      definitions: await definitionsOf(ask, module),
      results: await askInParts(ask, results, parallel),
      errors,
    }
  })
}

let ours: Workspace
const learned = {} as Record<Module, { ours: Learned; official: Learned }>

async function modulesIn(here: Workspace): Promise<void> {
  for (const name of names) await here.fixture(name)
  await here.write({ "contract/out/ignored.txt": "out" })
}

/** What the official runtime says, of the modules as they are now. */
async function learnOfficially(name: Module): Promise<Learned> {
  const inputs = [
    ...names,
    "official-sdk",
    "type-definitions.graphql",
    ...names.map((each) => `${each}-results.graphql`),
  ]
  const key = await contentKey(inputs.map((input) => join(fixtures, input)))
  return officialAnswer(name, key, async () => {
    await using official = await workspace()
    await modulesIn(official)
    await useOfficialSdk(official, names)
    // Awaited here: the workspace is gone when this function is left.
    return await learn(official.path, name, 2)
  })
}

beforeAll(async () => {
  ours = await workspace()
  await modulesIn(ours)
  for (const name of names)
    learned[name] = { official: await learnOfficially(name), ours: await learn(ours.path, name, 6) }
})

afterAll(() => ours?.[Symbol.asyncDispose]())

describe.each(names)("%s", (name) => {
  it("has the type definitions of the official introspector", () => {
    const { ours, official } = learned[name]
    expect(official.definitions.length).toBeGreaterThan(0)
    expect(ours.definitions).toEqual(official.definitions)
  })

  it("has the results of the official executor", () => {
    const { ours, official } = learned[name]
    expect(official.results.error).toBeUndefined()
    expect(ours.results).toEqual(official.results)
  })

  it.each(Object.keys(modules[name]))("tells of %s as the official executor does", (what) => {
    const { ours, official } = learned[name]
    expect(official.errors[what]?.error?.message).toBeTruthy()
    expect(ours.errors[what]).toEqual(official.errors[what])
  })
})

describe("the module's own sources", () => {
  it("are what dagger.json includes", () => {
    const { own } = learned.contract.ours.results.data as { own: string[] }
    expect(own).toEqual(expect.arrayContaining(["data/a.txt", "pipelines/lazy.ts", "src/parts/entry.ts"]))
    expect(own.filter((file) => file.startsWith("out/"))).toEqual([])
  })
})

/** What a user sees of a call: exit code, result, and what is said last. */
async function seen(args: readonly string[], options: CallOptions = {}) {
  const outcome = await dagger(["call", ...args], { cwd: join(ours.path, "contract"), ...options })
  return { code: outcome.code, stdout: outcome.stdout.trim(), error: finalError(outcome) }
}

describe("on the command line", () => {
  it.each([
    ["a service", ["service-port", "--service", "tcp://localhost:4711"], { code: 0, stdout: "4711" }],
    [
      "files",
      ["first", "--files", "package.json"],
      { code: 0, stdout: expect.stringContaining('"contract"') },
    ],
    [
      "arguments of the constructor",
      ["--label", "x", "--level", "HIGH", "--toolbox", "dagger.json", "--names", "n", "state"],
      {
        code: 0,
        stdout: expect.stringMatching(/"label":"x".*"level":"high".*"toolbox":"{.*"names":\["n"\]/),
      },
    ],
    ["a nested object", ["summary", "--title", "t", "first", "describe"], { code: 0, stdout: "a:low" }],
    ["a function that throws", ["throwing"], { code: 1, error: "Error: first line\nsecond line" }],
    [
      "a failed exec",
      ["failing", "--code", "7"],
      { code: 7, error: "Error: exit code: 7\nStdout:\nout\nStderr:\nerr" },
    ],
    [
      "an unknown member of an enum",
      ["next", "--level", "MIDDLE"],
      { code: 1, error: expect.stringMatching(/HIGH,LOW/) },
    ],
  ])("%s works as documented", async (_what, args, expected) => {
    expect(await seen(args, { env: { LONG: "12345" } })).toMatchObject(expected)
  })

  it("a dependency's failed exec ends the call with its exit code", async () => {
    const outcome = await seen(["failing"], { cwd: join(ours.path, "contract-user") })
    expect(outcome).toEqual({ code: 9, stdout: "", error: "Error: exit code: 9\nStdout:\nout\nStderr:\nerr" })
  })

  it("checks are listed and cache options hold", async () => {
    const listed = withoutColours(await daggerOutput(["check", "-l"], { cwd: join(ours.path, "contract") }))
    expect(listed).toMatch(/\bbad\b/)
    expect(listed).toMatch(/\bgood +Passes/)
    const twice = async (name: string) =>
      new Set([await seen([name]), await seen([name])].map(({ stdout }) => stdout)).size
    expect([await twice("never"), await twice("session"), await twice("minute")]).toEqual([2, 2, 1])
  })
})
