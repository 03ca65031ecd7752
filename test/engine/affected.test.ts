/**
 * What has changed in a real repository of two components. The other one is broken from the beginning: it can be neither built
 * nor judged, so that a call which did either could not end as it does.
 */
import { cp, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { finalError, startDagger } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { commitAll, git, libraryRoot } from "./support/repository.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

let shop: Project
let source: string
const judged = "typecheck,lint,unit,images,secrets"

const succeeded = async (args: readonly string[]): Promise<string> => {
  const outcome = await shop.call(args, { timeout: 500 })
  expect(finalError(outcome)).toBe("")
  return outcome.stdout
}
const json = async (since: string) => JSON.parse(await succeeded(["affected-json", "--since", since]))
const components = (found: { components: { component: string; image: boolean }[] }) =>
  found.components.map(({ component, image }) => (image ? component : `${component}: checks`))

beforeAll(async () => {
  shop = await project()
  const web = join(shop.files.path, "web")
  const api = join(shop.files.path, "api")
  await cp(web, api, { recursive: true })
  const manifest = JSON.parse(await readFile(join(api, "package.json"), "utf8"))
  const broken = { build: "exit 3", lint: "exit 3", typecheck: "exit 3" }
  await writeFile(
    join(api, "package.json"),
    JSON.stringify({ ...manifest, scripts: { ...manifest.scripts, ...broken } }),
  )
  const config = await shop.files.read("signalbox.yaml")
  await shop.write({
    "signalbox.yaml": config.replace(
      "components:\n",
      "components:\n  api: { path: api, language: node, kind: service, entry: dist/server.js, port: 8081 }\n",
    ),
    "web/README.md": "A shop.\n",
    "docs/guide.md": "How it is used.\n",
  })
  await commitAll(shop.files.path)
  source = await shop.files.read("web/src/basket.ts")
})
afterAll(() => shop[Symbol.asyncDispose]())

describe("a tree that nothing has changed in", () => {
  it("has nothing that is affected, and its report of no gate proves nothing", async () => {
    expect(await succeeded(["affected", "--since", "HEAD"])).toMatch(/Nothing has changed since HEAD/)
    expect((await succeeded(["build", "--affected", "HEAD", "list"])).trim()).toBe("")
    const report = JSON.parse(await succeeded(["gates", "--affected", "HEAD", "json"]))
    expect(report).toMatchObject({ verdict: "skipped", partial: true, affected: { changed: 0 } })
    expect(report.gates.filter(({ verdict }: { verdict: string }) => verdict !== "skipped")).toEqual([])
    expect(await succeeded(["gates", "--affected", "HEAD", "assert", "--partial"])).toMatch(
      /nothing is proven/,
    )
  })
})

describe("a component that is edited", () => {
  beforeAll(() => shop.write({ "web/src/basket.ts": `${source}// more\n` }))
  afterAll(() => shop.write({ "web/src/basket.ts": source }))

  it("is affected with its image and the environment; the other is not", async () => {
    const found = await json("HEAD")
    expect(components(found)).toEqual(["web"])
    expect(found).toMatchObject({
      others: ["api"],
      changed: [{ path: "web/src/basket.ts", change: "modified" }],
      environments: [{ environment: "staging", images: ["web"] }],
    })
  })

  it("is built, and the other is not: that one cannot be", async () => {
    expect((await succeeded(["build", "--affected", "HEAD", "list"])).trim()).toBe("web")
    const sizes = await succeeded(["build", "--affected", "HEAD", "sizes"])
    expect(sizes).toMatch(/^Only what is affected since HEAD .*: web\. Not looked at: api\./)
    expect(JSON.parse(await succeeded(["build", "--affected", "HEAD", "sizes-json"]))).toMatchObject({
      images: [{ component: "web" }],
      affected: { components: ["web"], others: ["api"] },
    })
    expect((await shop.call(["build", "sizes"], { timeout: 500 })).code).toBe(11)
  })

  it("is judged, and the other is not; the report is partial and says so", async () => {
    const report = JSON.parse(await succeeded(["gates", "--affected", "HEAD", "--only", judged, "json"]))
    expect(report).toMatchObject({ verdict: "pass", partial: true, affected: { components: ["web"] } })
    const lint = report.gates.find(({ gate }: { gate: string }) => gate === "lint")
    expect(lint.skipped).toEqual([{ component: "api", why: "not affected since HEAD" }])
    const args = ["gates", "--affected", "HEAD", "--only", judged, "assert"]
    const refused = await shop.call(args, { timeout: 500 })
    expect(refused.code).toBe(11)
    expect(finalError(refused)).toMatch(/REPORT_PARTIAL/)
    expect(await succeeded([...args, "--partial"])).toContain(
      "**Affected:** Only what is affected since HEAD",
    )
  })
})

it("a README that its build leaves out has checks run, and no image built", async () => {
  await shop.write({ "web/README.md": "Another shop.\n" })
  const found = await json("HEAD")
  const built = await succeeded(["build", "--affected", "HEAD", "list"])
  await shop.write({ "web/README.md": "A shop.\n" })
  expect(components(found)).toEqual(["web: checks"])
  expect(found.environments).toEqual([])
  expect(built.trim()).toBe("")
})

it("a file that has moved from one component to the other affects both, committed or not", async () => {
  const base = await git(shop.files.path, "rev-parse", "HEAD")
  await git(shop.files.path, "mv", "web/src/basket.ts", "api/src/moved.ts")
  expect(components(await json("HEAD"))).toEqual(["api", "web"])
  await git(shop.files.path, "commit", "--quiet", "--message", "refactor: move")
  expect(components(await json("HEAD~1"))).toEqual(["api", "web"])
  expect(components(await json("HEAD"))).toEqual([])
  await git(shop.files.path, "reset", "--quiet", "--hard", base)
})

it("a deleted test is what the build had left out before", async () => {
  const test = await shop.files.read("web/test/answer.test.ts")
  await git(shop.files.path, "rm", "--quiet", "web/test/answer.test.ts")
  const found = await json("HEAD")
  await git(shop.files.path, "reset", "--quiet", "--hard", "HEAD")
  expect(await shop.files.read("web/test/answer.test.ts")).toBe(test)
  expect(components(found)).toEqual(["web: checks"])
})

it("why goes from a path to what it reaches", async () => {
  expect(await succeeded(["why", "--path", "web/src/basket.ts"])).toMatch(
    /- component web: it is in its directory\n- image of web: built again\n[\s\S]*- environment staging: the images of web/,
  )
  expect(await succeeded(["why", "--component", "api"])).toContain("what is in api/")
})

describe("a base revision that is not there ends with 13 and what to do", () => {
  const told = async (args: readonly string[], cwd: string) => {
    const all = ["call", "-m", libraryRoot, "--source", ".", "--toolbox", "toolbox.yaml", ...args]
    const outcome = await startDagger(all, { cwd, timeout: 280 }).outcome
    expect(outcome.code).toBe(13)
    return finalError(outcome)
  }

  it("because nothing is called so, or the call has no repository", async () => {
    const { path } = shop.files
    const missing = await told(["--git", ".", "affected", "--since", "origin/develop"], path)
    expect(missing).toMatch(
      /USAGE: this clone has no revision "origin\/develop"[\s\S]*git fetch origin develop/,
    )
    const affected = await told(["--git", ".", "gates", "--affected", "--all", "json"], path)
    expect(affected).toMatch(/where: --affected/)
    expect(await told(["--git", "web", "affected", "--since", "HEAD"], path)).toMatch(/USAGE[\s\S]*--git \./)
  })

  it("because the clone is shallow", async () => {
    const { path } = shop.files
    await git(path, "commit", "--quiet", "--allow-empty", "--message", "more")
    const clone = join(path, ".git", "clone")
    await git(path, "clone", "--quiet", "--depth", "1", `file://${path}`, clone)
    expect(await told(["--git", ".", "affected", "--since", "HEAD~1"], clone)).toMatch(
      /SHALLOW_CLONE[\s\S]*git fetch --unshallow/,
    )
  })
})
