/**
 * A repository that nobody has configured: its first report and its first image come from its files alone, and it says what it
 * assumed. Then init writes the files, which are read as they are. A change that deletes signalbox.yaml gets none of this.
 */
import { existsSync } from "node:fs"
import { cp, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { checkConfig, checkEnvironment, checkTogether } from "../../src/config/index.ts"
import type { GateReportData } from "../../src/domain/index.ts"
import { parseToolbox } from "../../src/toolbox/parse.ts"
import { findTool, imageAddress } from "../../src/toolbox/reference.ts"
import { paths } from "../../toolchain/paths.ts"
import { dagger, finalError, type Workspace, workspace } from "./harness/index.ts"
import { commitAll, git, libraryRoot, pushMain } from "./support/repository.ts"

// All of a repository's packages are installed here for the first time.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

let here: Workspace

const call = (...args: string[]) =>
  dagger(["call", "-m", libraryRoot, "--source", ".", "--git", ".", "--toolbox", "toolbox.yaml", ...args], {
    cwd: here.path,
    timeout: 560,
  })

/** A fixture as its project had it before anybody heard of Signalbox. */
async function stranger(fixture: string): Promise<void> {
  here = await workspace({ git: false })
  await here.fixture(fixture, ".")
  for (const path of ["signalbox.yaml", "environments"])
    await rm(join(here.path, path), { recursive: true, force: true })
  await cp(paths.toolbox, join(here.path, "toolbox.yaml"))
  await commitAll(here.path)
}

describe("a service in plain JavaScript, without any file of ours", () => {
  beforeAll(() => stranger("plain"))
  afterAll(() => here[Symbol.asyncDispose]())

  it("is judged, and the report says what was assumed and why", async () => {
    const outcome = await call("gates", "json")
    expect(finalError(outcome)).toBe("")
    const report: GateReportData = JSON.parse(outcome.stdout)
    expect(report).toMatchObject({ verdict: "pass", partial: false, policy: { source: "own" } })
    const of = (name: string) => report.gates.find(({ gate }) => gate === name)
    expect(of("unit")).toMatchObject({ verdict: "pass" })
    expect(of("coverage")).toMatchObject({ verdict: "pass", required: false })
    expect(of("coverage")?.summary).toContain("of lines, and no minimum")
    expect(of("charts")).toMatchObject({
      verdict: "skipped",
      summary: expect.stringContaining("no environment"),
    })
    expect(report.assumed).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          setting: "components.app.language",
          because: expect.stringContaining("package.json"),
        }),
        expect.objectContaining({ setting: "components.app.entry", because: "package.json: scripts.start" }),
        expect.objectContaining({ setting: "coverageMinimum", value: "0" }),
      ]),
    )
  })

  it("says so in the reports that people read, and ends by its verdict", async () => {
    const asserted = await call("gates", "assert")
    expect([asserted.code, finalError(asserted)]).toEqual([0, ""])
    expect(asserted.stdout).toContain("### Assumed")
    const page = await call("gates", "html")
    expect(page.stdout).toContain("Settings that nobody has written")
  })

  it("has its image built, and its list says what was assumed", async () => {
    expect((await call("build", "list")).stdout.trim()).toBe("app")
    const sizes = await call("build", "sizes")
    expect(finalError(sizes)).toBe("")
    expect(sizes.stdout).toMatch(/^app +\d+\.\d\d MB/m)
    expect(sizes.stdout).toContain("assumed, because there is no signalbox.yaml:")
    expect((await call("build", "assumed")).stdout).toContain("components.app.entry: ")
  })

  it.each([
    ["publish", "--version", "1.0.0"],
    ["deploy", "--environment", "staging", "--release", "1.0.0"],
  ])("cannot %s before somebody has said where to: 13, and init is named", async (...args) => {
    const outcome = await call(...args)
    expect(outcome.code).toBe(13)
    expect(finalError(outcome)).toMatch(/CONFIG_MISSING[\s\S]*init/)
  })

  it("is not taken for one without configuration where the file has another name", async () => {
    await here.write({ "signalbox.yml": "schemaVersion: 1\n" })
    const outcome = await call("gates", "verdict")
    await rm(join(here.path, "signalbox.yml"))
    expect(outcome.code).toBe(13)
    expect(finalError(outcome)).toContain("git mv signalbox.yml signalbox.yaml")
  })

  it("gets by init files that are read without a problem, with its measured coverage", async () => {
    const asked = await call(
      "init",
      "--registry",
      "ghcr.io/example",
      "--module",
      "github.com/example/signalbox@v0.1.0",
      "export",
      "--path",
      ".",
    )
    expect(finalError(asked)).toBe("")
    const text = await here.read("signalbox.yaml")
    const config = checkConfig(text, "signalbox.yaml")
    const environments = await Promise.all(
      ["staging", "production"].map(async (name) => {
        const file = `environments/${name}.yaml`
        return checkEnvironment(await here.read(file), file)
      }),
    )
    expect([config, ...environments].flatMap(({ problems }) => problems)).toEqual([])
    expect(checkTogether(config, environments)).toEqual([])
    expect(config.value?.components.app?.coverageMinimum).toBe(75)
    expect(text).toContain("# measured: 75 %")
    for (const file of [".github/workflows/test.yml", "Jenkinsfile"])
      expect(existsSync(join(here.path, file)), file).toBe(true)
    expect(await here.read(".gitignore")).toContain("/out/")
  })

  it("is judged by those files from then on, and init leaves them alone", async () => {
    const report: GateReportData = JSON.parse((await call("gates", "json")).stdout)
    expect(report.assumed).toBeUndefined()
    expect(report.gates.find(({ gate }) => gate === "coverage")).toMatchObject({ verdict: "pass" })
    await here.write({ Jenkinsfile: "mine\n" })
    const before = await here.read("signalbox.yaml")
    const again = await call(
      "init",
      "--module",
      "github.com/example/signalbox@v0.1.0",
      "export",
      "--path",
      ".",
    )
    expect(finalError(again)).toBe("")
    expect([await here.read("signalbox.yaml"), await here.read("Jenkinsfile")]).toEqual([before, "mine\n"])
  })
})

describe("a component with a Dockerfile of its own", () => {
  beforeAll(async () => {
    await stranger("plain")
    const toolbox = parseToolbox(await readFile(paths.toolbox, "utf8"), "toolbox.yaml")
    const image = imageAddress(findTool(toolbox, "node"))
    await here.write({
      Dockerfile: `FROM ${image}\nWORKDIR /app\nCOPY package.json src ./\nEXPOSE 3000\nCMD ["node", "index.js"]\n`,
    })
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("is built by it, and checked by its package.json", async () => {
    const told = await call("build", "assumed")
    expect(told.stdout).toContain("components.app.language: dockerfile (there is Dockerfile)")
    expect(told.stdout).toContain("components.app.checkedAs: node")
    const outcome = await call("gates", "--only", "unit", "json")
    expect(finalError(outcome)).toBe("")
    const [unit] = (JSON.parse(outcome.stdout) as GateReportData).gates
    expect(unit).toMatchObject({ gate: "unit", verdict: "pass", tools: [{ name: "node:test" }] })
  })
})

describe("a repository whose base has a signalbox.yaml", () => {
  beforeAll(async () => {
    here = await workspace({ git: false })
    await here.fixture("plain", ".")
    await cp(paths.toolbox, join(here.path, "toolbox.yaml"))
    await commitAll(here.path)
    await pushMain(here.path)
    await git(here.path, "checkout", "--quiet", "-b", "loose")
    await git(here.path, "rm", "--quiet", "signalbox.yaml")
    await git(here.path, "commit", "--quiet", "--message", "feat: no rules")
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it.each([["gates", "assert"], ["coverage"], ["build", "list"]])(
    "is not judged by defaults where a change deletes it: 13 (%s)",
    async (...args) => {
      const outcome = await call(...args)
      expect(outcome.code).toBe(13)
      expect(finalError(outcome)).toContain("this tree has no signalbox.yaml, and its base revision has one")
      expect(finalError(outcome)).toContain("git checkout refs/remotes/origin/main -- signalbox.yaml")
    },
  )
})
