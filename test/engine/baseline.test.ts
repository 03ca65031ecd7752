/** What is new against a base revision, in a real repository whose base has findings of its own. */
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { git } from "./support/repository.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

let shop: Project
let base: string
let basket: string
const old = "export const before: any = 1\n"
const fresh = "export const after: any = 2\n"

interface Lint {
  readonly verdict: string
  readonly findings: readonly { readonly location: { readonly file: string; readonly line: number } }[]
  readonly baseline?: { readonly known: Lint["findings"]; readonly gone: number; readonly unjudged?: string }
}
const judged = async (since = base): Promise<{ report: Record<string, unknown>; lint: Lint }> => {
  const outcome = await shop.call(["gates", "--only", "lint", "--since", since, "json"], { timeout: 500 })
  expect(finalError(outcome)).toBe("")
  const report = JSON.parse(outcome.stdout)
  return { report, lint: report.gates.find(({ gate }: { gate: string }) => gate === "lint") }
}
const files = (findings: Lint["findings"] = []) => findings.map(({ location }) => location.file)
const commit = async (message: string) => {
  await git(shop.files.path, "add", "--all")
  await git(shop.files.path, "commit", "--quiet", "--allow-empty", "--message", message)
  return git(shop.files.path, "rev-parse", "HEAD")
}

beforeAll(async () => {
  shop = await project()
  basket = await shop.files.read("web/src/basket.ts")
  await shop.write({ "web/src/basket.ts": `${basket}${old}` })
  base = await commit("feat: what was there before")
})
afterAll(() => shop[Symbol.asyncDispose]())

it("what the base has, too, does not fail; without --since it does", async () => {
  const { report, lint } = await judged()
  expect(report).toMatchObject({ verdict: "pass", partial: true, baseline: { since: base, commit: base } })
  expect(files(lint.baseline?.known)).toEqual(["web/src/basket.ts"])
  expect((await shop.call(["lint"], { timeout: 500 })).code).toBe(10)
})

it("it is never evidence: assert takes it by --partial alone", async () => {
  const args = ["gates", "--only", "lint", "--since", base, "assert"]
  const refused = await shop.call(args, { timeout: 500 })
  expect(refused.code).toBe(11)
  expect(finalError(refused)).toMatch(/REPORT_PARTIAL/)
  const taken = await shop.call([...args, "--partial"], { timeout: 500 })
  expect(taken.code).toBe(0)
  expect(taken.stdout).toContain("**New:** Only what is new since")
})

it("a line that has moved is known, one that is added fails, and so does a twin of the old one", async () => {
  await shop.write({ "web/src/basket.ts": `// one more line\n${basket}${old}${fresh}` })
  const { report, lint } = await judged()
  expect(report.verdict).toBe("fail")
  expect(files(lint.baseline?.known)).toEqual(["web/src/basket.ts"])
  expect(lint.findings).toHaveLength(1)
  expect((await shop.call(["gates", "--only", "lint", "--since", base, "assert", "--partial"])).code).toBe(10)
})

it("a file that was renamed keeps what it had, committed or not", async () => {
  await shop.write({ "web/src/basket.ts": `${basket}${old}` })
  await git(shop.files.path, "mv", "web/src/basket.ts", "web/src/cart.ts")
  await shop.write({
    "web/src/server.ts": (await shop.files.read("web/src/server.ts")).replaceAll("./basket", "./cart"),
  })
  const { lint } = await judged()
  expect(lint).toMatchObject({ verdict: "pass", findings: [] })
  expect(files(lint.baseline?.known)).toEqual(["web/src/cart.ts"])
  await git(shop.files.path, "reset", "--quiet", "--hard", base)
})

it("a secret in a commit since then fails, although its commit is in the clone when the base is judged", async () => {
  const key = ["-----BEGIN RSA", "PRIVATE KEY-----"].join(" ")
  const body = "MIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu".repeat(3)
  await shop.write({ "web/key.pem": `${key}\n${body}\n${key.replace("BEGIN", "END")}\n` })
  await commit("feat: a key")
  const outcome = await shop.call(["gates", "--only", "secrets", "--since", base, "json"], { timeout: 500 })
  const [secrets] = JSON.parse(outcome.stdout).gates
  expect(secrets).toMatchObject({ verdict: "fail", baseline: { known: [] } })
  await git(shop.files.path, "reset", "--quiet", "--hard", base)
})

it("where the tree of the base cannot be judged, everything counts as new, and that is said", async () => {
  const config = await shop.files.read("signalbox.yaml")
  await shop.write({ "signalbox.yaml": `${config}nonsense: true\n` })
  const broken = await commit("feat: a mistake")
  await shop.write({ "signalbox.yaml": config })
  const { report, lint } = await judged(broken)
  expect(report).toMatchObject({
    verdict: "fail",
    baseline: { unjudged: expect.stringContaining("nonsense") },
  })
  expect(lint.findings).toHaveLength(1)
  await git(shop.files.path, "reset", "--quiet", "--hard", base)
})

it("where a gate alone cannot judge the base, what it finds counts as new, and that is said", async () => {
  const manifest = await shop.files.read("web/package.json")
  await shop.write({ "web/package.json": manifest.replace("eslint .", "exit 3") })
  const broken = await commit("feat: a linter that does not start")
  await shop.write({ "web/package.json": manifest })
  const { report, lint } = await judged(broken)
  expect(report.verdict).toBe("fail")
  expect(lint.findings).toHaveLength(1)
  expect(lint.baseline?.unjudged).toBeDefined()
  await git(shop.files.path, "reset", "--quiet", "--hard", base)
})

it("a revision that is not there ends with 13", async () => {
  const outcome = await shop.call(["gates", "--since", "origin/develop", "json"], { timeout: 500 })
  expect(outcome.code).toBe(13)
  expect(finalError(outcome)).toMatch(
    /USAGE: this clone has no revision "origin\/develop"[\s\S]*where: --since/,
  )
})
