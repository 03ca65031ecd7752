/**
 * Services in Go and Rust: a static program on an empty base. What they answer from outside, what is in their images, that
 * equal sources give equal digests, and what is told of sources that do not build. The images go, rust and static of the
 * toolchain have to be there: npm run toolchain -- images go, and rust.
 */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connection, type Directory, dag } from "@dagger.io/dagger"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { type BuiltImage, buildAll } from "../../src/build/index.ts"
import { parseConfig } from "../../src/config/index.ts"
import type { GateReportData } from "../../src/domain/index.ts"
import { parseToolbox } from "../../src/toolbox/index.ts"
import { paths } from "../../toolchain/paths.ts"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"
import { libraryRoot } from "./support/repository.ts"

vi.setConfig({ testTimeout: 1_500_000, hookTimeout: 600_000 })

const fixtures = join(libraryRoot, "test", "engine", "fixtures")

/** Builds a fixture by the builders themselves, in a session in which they find this library's own files. */
async function built(
  fixture: string,
  use: (image: BuiltImage, source: Directory) => Promise<void>,
  change: (config: string) => string = (config) => config,
): Promise<void> {
  const disk = await mkdtemp(join(tmpdir(), "signalbox-"))
  const tree = join(disk, "tree")
  await cp(join(fixtures, fixture), tree, { recursive: true })
  const config = parseConfig(change(await readFile(join(tree, "signalbox.yaml"), "utf8")), "signalbox.yaml")
  const toolbox = parseToolbox(await readFile(paths.toolbox, "utf8"), "toolbox.yaml")
  const inModule = async () => {
    const library = dag.host().directory(libraryRoot, { include: ["src"] })
    const workdir = (path: string) => dag.host().directory(path)
    Object.assign(dag, { currentModule: () => ({ source: () => library, workdir }) })
    const source = dag.host().directory(tree)
    const [image] = await buildAll({ config, source, toolbox, trust: "branch" })
    if (image === undefined) throw new Error(`${fixture} was not built`)
    await use(image, source)
  }
  await connection(inModule, { Workdir: disk }).finally(() => rm(disk, { recursive: true, force: true }))
}

async function answers(image: BuiltImage, requests: readonly string[]): Promise<unknown> {
  const toolbox = parseToolbox(await readFile(paths.toolbox, "utf8"), "toolbox.yaml")
  const script =
    "Promise.all(process.argv.slice(1).map(async p=>{const r=await fetch('http://service:8080'+p);return [r.status,await r.text()]}))" +
    ".then(a=>console.log(JSON.stringify(a)))"
  const text = await dag
    .container()
    .from(`${toolbox.tools.node.image}@${toolbox.tools.node.digest}`)
    .withServiceBinding("service", image.container.asService({ useEntrypoint: true }))
    .withExec(["node", "-e", script, ...requests])
    .stdout()
  return JSON.parse(text)
}

const nothingElse = [
  "/bin/sh",
  "/usr/bin/env",
  "/usr/local/go",
  "/usr/bin/cargo",
  "/app/go.mod",
  "/app/Cargo.toml",
]

describe.each([
  {
    fixture: "turnstile",
    requests: ["/healthz", "/opens?in=Europe/Vienna"],
    said: [
      [200, "ok"],
      [200, "08:00"],
    ],
  },
  {
    fixture: "lantern",
    requests: ["/healthz", "/at/31", "/at/x"],
    said: [
      [200, "ok"],
      [200, "green"],
      [404, "no such second"],
    ],
  },
])("$fixture", ({ fixture, requests, said }) => {
  it("answers from outside as user 1001, and nothing but its program is in its image", () =>
    built(fixture, async (image) => {
      expect(image.facts).toMatchObject({
        ...{ user: "1001:1001", platform: "linux/amd64", exposedPorts: ["8080/tcp"], healthcheck: true },
        labels: { "org.opencontainers.image.title": fixture },
      })
      expect(image.facts.bytes).toBeLessThan(25_000_000)
      expect(await image.container.directory("/app").entries()).toEqual([fixture])
      for (const path of nothingElse) expect(await image.container.exists(path), path).toBe(false)
      expect(await image.container.file("/etc/passwd").contents()).toMatch(/:1001:1001:/)
      expect(await image.container.exists("/etc/ssl/certs/ca-certificates.crt")).toBe(true)
      expect(await answers(image, requests)).toEqual(said)
    }))
})

it("a program in Go is compiled for another platform, without anything being run there", () =>
  built(
    "turnstile",
    async (image) => expect(image.facts.platform).toBe("linux/arm64"),
    (config) => config.replace("language: go", "language: go\n    platform: linux/arm64"),
  ))

let here: Project
async function judged(...args: string[]): Promise<GateReportData> {
  const outcome = await here.call(["gates", ...args, "json"], { timeout: 1400 })
  expect(finalError(outcome)).toBe("")
  return JSON.parse(outcome.stdout)
}
const told = (report: GateReportData) =>
  Object.fromEntries(report.gates.map(({ gate, verdict, summary }) => [gate, `${verdict}: ${summary}`]))

describe("the checks of a component in Go", () => {
  beforeAll(async () => {
    here = await project("turnstile-staging", "turnstile")
  })
  afterAll(() => here[Symbol.asyncDispose]())

  it("judge types, lint, format, tests and coverage", async () => {
    const report = await judged(
      "--only",
      "typecheck",
      "--only",
      "lint",
      "--only",
      "unit",
      "--only",
      "coverage",
    )
    expect(told(report)).toMatchObject({
      typecheck: expect.stringMatching(/^pass: turnstile: /),
      lint: expect.stringMatching(/^pass: .*go vet.*gofmt/),
      unit: "pass: turnstile: 4 passed",
      coverage: expect.stringMatching(/^pass: turnstile: /),
    })
  })

  it("find what does not compile by its line, also where an image is built", async () => {
    const text = await here.files.read("service/gate/gate.go")
    await here.write({ "service/gate/gate.go": text.replace("g.passed.Add(1)", "g.passed.Plus(1)") })
    const [typecheck] = (await judged("--only", "typecheck")).gates
    expect(typecheck).toMatchObject({
      verdict: "fail",
      findings: [{ location: { file: "service/gate/gate.go", line: 30, column: 18 } }],
    })
    const sizes = await here.call(["build", "sizes"], { timeout: 1400 })
    expect(finalError(sizes)).toMatch(
      /the image of turnstile could not be built[\s\S]*gate\/gate\.go:30:18: /,
    )
    await here.write({ "service/gate/gate.go": text })
  })

  it.each([
    ["no go.sum", { "service/go.sum": "" }, /service\/go\.sum does not fit service\/go\.mod/],
    [
      "a newer Go",
      { "service/go.mod": "module example.org/turnstile\n\ngo 1.99\n" },
      /turnstile needs Go 1\.99/,
    ],
    [
      "no main package",
      { "service/cmd/turnstile/main.go": "package other\n" },
      /service\/cmd\/turnstile has no main package/,
    ],
  ])("%s is one clear mistake, told before anything is built", async (_, files, what) => {
    const before = Object.fromEntries(
      await Promise.all(Object.keys(files).map(async (name) => [name, await here.files.read(name)])),
    )
    await here.write(files)
    const outcome = await here.call(["build", "sizes"], { timeout: 600 })
    expect(outcome.code).toBe(13)
    expect(finalError(outcome)).toMatch(what)
    await here.write(before)
  })
})
