/**
 * Somebody else's repository: a shop that has copied nothing, and finds this library at a git address, as one would at
 * a code host. By hand from its directory, and as a typed dependency of a Dagger module of its own.
 */
import { cp, stat } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { requiredByDefault } from "../../src/gates/catalogue.ts"
import { network } from "../../toolchain/network.ts"
import { paths } from "../../toolchain/paths.ts"
import { dagger, daggerJson, finalError, type Workspace, workspace } from "./harness/index.ts"
import { type GitServer, serveGit } from "./support/git-server.ts"
import { commitAll, type PublishedLibrary, publishLibrary } from "./support/repository.ts"

// Other tests share the machine, and all of the shop's packages are installed here for the first time.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 })

const version = "v0.1.0"
const allGates = requiredByDefault("branch").sort()
let library: PublishedLibrary
let server: GitServer
let shop: Workspace
let address: string

beforeAll(async () => {
  library = await publishLibrary(version)
  server = await serveGit(library.root, network.registryAddress)
  address = `${server.url}/signalbox.git@${version}`
  shop = await workspace({ git: false })
  await shop.fixture("shop", ".")
  await shop.write({ "ci/dagger.json": moduleOfTheShop(), "ci/src/index.ts": gatesOfTheShop })
  await cp(paths.toolbox, join(shop.path, "toolbox.yaml"))
  await commitAll(shop.path)
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await Promise.all([library, shop].map((one) => one[Symbol.asyncDispose]()))
})

const call = (...args: string[]) =>
  dagger(["call", "-m", address, "--source", ".", "--git", ".", "--toolbox", "toolbox.yaml", ...args], {
    cwd: shop.path,
    timeout: 500,
  })

it("has its image built", async () => {
  const outcome = await call("build", "sizes-json")
  expect(finalError(outcome)).toBe("")
  expect(JSON.parse(outcome.stdout).images).toEqual([
    expect.objectContaining({ component: "web", digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) }),
  ])
})

it("is judged by every gate, with three files of its own", async () => {
  const outcome = await call("gates", "json")
  expect(finalError(outcome)).toBe("")
  const report = JSON.parse(outcome.stdout)
  const counting = report.gates.filter(({ required }: Judged) => required !== false)
  expect(counting.filter(({ verdict }: Judged) => verdict !== "pass")).toEqual([])
  expect(counting.map(({ gate }: Judged) => gate).sort()).toEqual(allGates)
  // What nothing was configured for is told, and counts for nothing; the security score is told, too.
  const others = report.gates.filter(({ required }: Judged) => required === false)
  expect(others.filter(({ verdict }: Judged) => verdict !== "skipped")).toMatchObject([
    { gate: "security", verdict: "pass" },
  ])
  expect(report).toMatchObject({ verdict: "pass", partial: false })
})

it("uses it from a module of its own, typed", async () => {
  const outcome = await dagger(
    ["call", "-m", "./ci", "gates", "--source", ".", "--git", ".", "--toolbox", "toolbox.yaml"],
    { cwd: shop.path, timeout: 500 },
  )
  expect(finalError(outcome)).toBe("")
  expect(outcome.stdout).toMatch(/^pass\n/)
  expect(outcome.stdout).toContain("lint")
})

it("has a hook written that keeps back a commit whose types are wrong", async () => {
  await using project = await workspace({ git: false })
  await project.fixture("shop", ".")
  await commitAll(project.path)
  const module = ["-m", address, "--source", ".", "--git", "."]
  const from = (words: readonly string[]) =>
    dagger(["call", ...module, "--toolbox", "toolbox.yaml", ...words], { cwd: project.path, timeout: 500 })
  await cp(paths.toolbox, join(project.path, "toolbox.yaml"))
  const written = await from(["init", "--module", address, "--pre-commit", "export", "--path", "."])
  expect(finalError(written)).toBe("")
  const hook = ".githooks/pre-commit"
  expect((await stat(join(project.path, hook))).mode & 0o111).toBe(0o111)
  await commitAll(project.path)
  const line = (await project.read(hook)).trimEnd().split("\n").at(-1)
  const start = `exec dagger call ${module.join(" ")} `
  expect(line?.startsWith(start)).toBe(true)
  // The toolbox is this machine's, where the hook takes that of the module.
  const asked = () => from(line?.slice(start.length).split(" ") ?? [])
  const basket = await project.read("web/src/basket.ts")
  await project.write({ "web/src/basket.ts": `${basket}export const x: number = "no"\n` })
  const kept = await asked()
  expect([kept.code, kept.stderr]).toEqual([10, expect.stringContaining("TS2322")])
  await project.write({ "web/src/basket.ts": `${basket}export const x: number = 1\n` })
  const made = await asked()
  expect([made.code, finalError(made)]).toEqual([0, ""])
})

describe("installed as a toolchain of the project", () => {
  let project: Workspace
  const installed = (...args: string[]) =>
    dagger(["call", "signalbox", ...args], { cwd: project.path, timeout: 500 })

  beforeAll(async () => {
    project = await workspace({ git: false })
    await project.fixture("shop", ".")
    await commitAll(project.path)
    for (const args of [["init"], ["toolchain", "install", address]])
      expect(finalError(await dagger(args, { cwd: project.path, timeout: 500 }))).toBe("")
  })
  afterAll(() => project[Symbol.asyncDispose]())

  it("takes the project's own tree and history without being told", async () => {
    const outcome = await installed("--toolbox", paths.toolbox, "gates", "--only", "secrets", "json")
    expect(finalError(outcome)).toBe("")
    expect(JSON.parse(outcome.stdout)).toMatchObject({
      project: "shop",
      gates: [{ gate: "secrets", verdict: "pass", figures: { commits: 1 } }],
    })
  })

  it("has the public images of this version where the project has no toolbox.yaml", async () => {
    const outcome = await installed("toolbox", "open")
    expect(finalError(outcome)).toBe("")
    expect(outcome.stdout).toContain("no digest for tools.node, ")
  })

  it("and the project's own ones where it has", async () => {
    await cp(paths.toolbox, join(project.path, "toolbox.yaml"))
    const outcome = await installed("build", "sizes-json")
    expect(finalError(outcome)).toBe("")
    expect(JSON.parse(outcome.stdout).images).toEqual([expect.objectContaining({ component: "web" })])
    // Each call is a session of its own: what an earlier one has computed is no longer there.
    for (const args of [
      ["gates", "--only", "secrets", "verdict"],
      ["gates", "--only", "secrets", "assert", "--partial"],
    ])
      expect(finalError(await installed(...args))).toBe("")
  })
})

it("is not mistaken for this library's repository", async () => {
  const forgotten = ["call", "-m", address, "--source", ".", "--toolbox", "toolbox.yaml"]
  const outcome = await dagger([...forgotten, "publish", "--version", "1.0.0"], {
    cwd: shop.path,
    timeout: 500,
  })
  expect(outcome.code).toBe(13)
  expect(finalError(outcome)).toContain("--git .")
})

interface Judged {
  readonly gate: string
  readonly required?: boolean
  readonly verdict: string
}

function moduleOfTheShop(): string {
  return daggerJson({ name: "shop", dependencies: { signalbox: address } })
}

const gatesOfTheShop = `import { dag, type Directory, type File, func, object } from "@dagger.io/dagger"

@object()
export class Shop {
  /** The verdict on a source tree, and the gates' findings as Markdown. */
  @func()
  async gates(source: Directory, git: Directory, toolbox: File): Promise<string> {
    const report = dag.signalbox({ source, git, toolbox }).gates({ only: ["typecheck", "lint"] })
    return \`\${await report.verdict()}\\n\${await report.markdown()}\`
  }
}
`
