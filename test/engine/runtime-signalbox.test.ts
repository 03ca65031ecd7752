/**
 * This library's own module, whole, through the introspector and executor that npm has: that it is declared, starts and
 * answers there as it does on the built-in runtime, so that a user of the official engine gets the same.
 */
import { cp } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { paths } from "../../toolchain/paths.ts"
import { schemaSources } from "../../toolchain/runtime/programs/sources.ts"
import {
  type Answer,
  type Ask,
  contentKey,
  definitionsOf,
  inSession,
  officialAnswer,
  useOfficialSdk,
  type Workspace,
  workspace,
} from "./harness/index.ts"
import { copyOwnModule } from "./support/own-module.ts"
import { commitAll, libraryRoot } from "./support/repository.ts"

vi.setConfig({ testTimeout: 60_000, hookTimeout: 1_200_000 })

const module = "signalbox"

/** What is asked of the module over the shop, after its constructor's arguments. */
const questions = {
  "components of a build": "build { list }",
  "one component of a build": 'build(component: "web") { list }',
  "generated CI files": 'wrappers { glob(pattern: "**/*") }',
  "a verdict": 'gates(only: ["charts"]) { verdict }',
  "a gate that does not exist": 'gates(only: ["chart"]) { verdict }',
} as const

interface Learned {
  readonly definitions: readonly unknown[]
  readonly answers: Readonly<Record<string, Answer>>
}

async function learn(here: Workspace): Promise<Learned> {
  return inSession(join(here.path, module), async (ask) => {
    const definitions = await definitionsOf(ask, module)
    const given = await givenTo(ask, join(here.path, "shop"))
    const answers: Record<string, Answer> = {}
    for (const [what, question] of Object.entries(questions))
      answers[what] = comparable(await ask(`{ ${module}(${given}) { ${question} } }`))
    return { definitions, answers }
  })
}

/** Arguments of the constructor: the shop's tree and the toolbox beside it. */
async function givenTo(ask: Ask, shop: string): Promise<string> {
  const { data, error } = await ask(
    `{ host {
      source: directory(path: ${JSON.stringify(shop)}) { id }
      toolbox: file(path: ${JSON.stringify(join(shop, "toolbox.yaml"))}) { id }
    } }`,
  )
  if (error) throw new Error(error.message)
  const { source, toolbox } = (data as { host: Record<string, { id: string }> }).host
  return `source: ${JSON.stringify(source?.id)}, git: ${JSON.stringify(source?.id)}, toolbox: ${JSON.stringify(toolbox?.id)}`
}

/** The command of a failed exec carries this session's own number. */
function comparable({ data, error }: Answer): Answer {
  if (!error) return { data }
  const { cmd: _, ...extensions } = error.extensions ?? {}
  return { error: { message: error.message, extensions } }
}

async function prepare(here: Workspace): Promise<void> {
  await copyOwnModule(here, module)
  const shop = await here.fixture("shop")
  await cp(paths.toolbox, join(shop, "toolbox.yaml"))
  await commitAll(shop)
}

/** Half a minute for each function, and the same answers as long as the module declares the same: recorded. */
async function learnOfficially(): Promise<Learned> {
  const fixtures = join(import.meta.dirname, "fixtures")
  const key = await contentKey([
    ...schemaSources(join(libraryRoot, "src")).files,
    ...["official-sdk", "shop", "type-definitions.graphql"].map((name) => join(fixtures, name)),
    import.meta.filename,
  ])
  return officialAnswer(module, key, async () => {
    await using official = await workspace()
    await prepare(official)
    await useOfficialSdk(official, [module])
    return await learn(official)
  })
}

let here: Workspace
let ours: Learned
let official: Learned

beforeAll(async () => {
  here = await workspace()
  await prepare(here)
  official = await learnOfficially()
  ours = await learn(here)
})

afterAll(() => here?.[Symbol.asyncDispose]())

it("declares what the official introspector finds", () => {
  expect(official.definitions.length).toBeGreaterThan(0)
  expect(ours.definitions).toEqual(official.definitions)
})

it.each(Object.keys(questions))("answers as with the official executor: %s", (what) => {
  expect(ours.answers[what]).toEqual(official.answers[what])
})

it("answers rightly", () => {
  expect(official.answers).toMatchObject({
    "components of a build": { data: { signalbox: { build: { list: ["web"] } } } },
    "a verdict": { data: { signalbox: { gates: { verdict: "pass" } } } },
    "a gate that does not exist": { error: { extensions: { exitCode: 13 } } },
  })
})
