/** The gate secrets over real repositories: what it finds, whatever hides it, and whose commits count. */
import { execFile } from "node:child_process"
import { randomInt } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import type { GateReportData, GateResult } from "../../src/domain/index.ts"
import { dagger, finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { git, libraryRoot } from "./support/repository.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
const token = () => `ghp_${Array.from({ length: 36 }, () => letters[randomInt(letters.length)]).join("")}`

let shop: Project

beforeAll(async () => {
  shop = await project()
  const paths = [
    "config.v2",
    "icon.svg",
    "package-lock.json",
    "node_modules.d/a.js",
    "wide.txt",
    "hidden.txt",
  ]
  for (const path of paths) await shop.write({ [`web/kept/${path}`]: `const t = "${token()}"\n` })
  // gitleaks reads in chunks: this one lies across the end of the first.
  const long = `${"var a = b\n".repeat(12_499)}t = "${token()}"\n${"var a = b\n".repeat(20_000)}`
  await shop.write({ "web/kept/long.js": long })
  await writeFile(
    join(shop.files.path, "web/kept/wide.txt"),
    Buffer.from(`\ufefft = "${token()}"\r\n`, "utf16le"),
  )
  await shop.write({ ".gitattributes": "hidden.txt binary\n" })
  await commit("feat: kept")
  await git(shop.files.path, "rm", "-r", "--quiet", "web/kept")
  await git(shop.files.path, "commit", "--quiet", "--message", "fix: nothing kept")
  await git(shop.files.path, "switch", "--quiet", "--create", "wip")
  await shop.write({ "w.txt": `t = "${token()}"\n` })
  await commit("feat: wip")
  await git(shop.files.path, "switch", "--quiet", "main")
  await git(shop.files.path, "tag", "--annotate", "v0.1.0", "--message", `first: ${token()}`)
  await git(shop.files.path, "tag", "an-image", `wip:w.txt`)
})
afterAll(() => shop[Symbol.asyncDispose]())

async function commit(message: string): Promise<void> {
  await git(shop.files.path, "add", "--all", "--force")
  await git(shop.files.path, "commit", "--quiet", "--message", message)
}

async function judged(): Promise<GateResult> {
  const outcome = await shop.call(["gates", "--only", "secrets", "json"])
  expect(finalError(outcome)).toBe("")
  const [result] = (JSON.parse(outcome.stdout) as GateReportData).gates
  if (result === undefined) throw new Error("no gate was judged")
  return result
}

it("V09 R2 G21 every path and encoding of the history of HEAD counts, another branch is info", async () => {
  const { verdict, findings, summary } = await judged()
  expect(verdict).toBe("fail")
  const critical = findings.filter(({ severity }) => severity === "critical")
  expect(critical.map(({ location }) => location?.file).sort()).toEqual(
    [
      ...["config.v2", "hidden.txt", "icon.svg", "long.js", "node_modules.d/a.js", "package-lock.json"],
      "wide.txt",
    ].map((path) => `web/kept/${path}`),
  )
  const others = findings.filter(({ severity }) => severity === "info")
  expect(others).toMatchObject([{ location: { file: "tag message" } }, { location: { file: "w.txt" } }])
  expect(others[0]?.message).toContain("Found in the message of refs/tags/v0.1.0")
  expect(others[1]?.message).toContain("refs/heads/wip has this commit")
  expect(summary).toMatch(/7 critical/)
})

it("G08 a committed .env and dist are searched without the history, G20 what git ignores is not", async () => {
  const clean = await project()
  try {
    await clean.write({
      ".gitignore": ".env*\n",
      "web/.env": `TOKEN=${token()}\n`,
      "web/dist/config.js": `t = "${token()}"\n`,
      "web/.env.local": `KEY=${token()}\n`,
      "signalbox.yaml": `${await clean.files.read("signalbox.yaml")}gates: { secrets: { history: false } }\n`,
    })
    await git(clean.files.path, "add", "--force", "web/.env", "web/dist/config.js", ".gitignore")
    await git(clean.files.path, "commit", "--quiet", "--message", "feat: private")
    const outcome = await clean.call(["gates", "--only", "secrets", "json"])
    const [result] = (JSON.parse(outcome.stdout) as GateReportData).gates
    expect(result?.findings.map(({ location }) => location?.file).sort()).toEqual([
      "web/.env",
      "web/dist/config.js",
    ])
  } finally {
    await clean[Symbol.asyncDispose]()
  }
})

it("G01 a blobless clone ends with 13 and says how to complete it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "blobless-"))
  try {
    await git(shop.files.path, "config", "uploadpack.allowFilter", "true")
    const clone = ["clone", "--quiet", "--filter=blob:none", `file://${shop.files.path}`, directory]
    await promisify(execFile)("git", clone)
    const call = ["call", "-m", libraryRoot, "--source", ".", "--git", ".", "--toolbox", "toolbox.yaml"]
    const outcome = await dagger([...call, "gates", "--only", "secrets", "json"], {
      cwd: directory,
      timeout: 280,
    })
    expect(outcome.code).toBe(13)
    expect(finalError(outcome)).toMatch(/HISTORY_INCOMPLETE: objects of the history are missing/)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
