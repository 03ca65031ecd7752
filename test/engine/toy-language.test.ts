/**
 * A language that exists in the tests only, added to a copy of this library as one folder and one entry of the catalogue:
 * nothing else of the copy is touched, and it is built, judged and told like those that are there.
 */
import { cp, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { dagger, finalError, type Outcome, type Workspace, workspace } from "./harness/index.ts"
import { copyOwnModule } from "./support/own-module.ts"
import { type Project, project } from "./support/project.ts"
import { commitAll, libraryRoot } from "./support/repository.ts"

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 })

const toy = join(libraryRoot, "test", "unit", "languages", "toy")
let library: Workspace
let here: Project
let module = ""

/** As CONTRIBUTING.md says it: the folder, its import, its entry. */
async function addLanguage(): Promise<void> {
  const languages = join(module, "src", "languages")
  await cp(toy, join(languages, "notes"), { recursive: true })
  for (const name of await readdir(join(languages, "notes"))) {
    const file = join(languages, "notes", name)
    const text = await readFile(file, "utf8")
    await writeFile(
      file,
      text.replaceAll("../../../../src/languages/", "../").replaceAll("../../../../src/", "../../"),
    )
  }
  const file = join(languages, "catalogue.ts")
  const text = await readFile(file, "utf8")
  const added = text
    .replace(
      "import type { Language }",
      'import { component as notes } from "./notes/schema.ts"\nimport type { Language }',
    )
    .replace(
      "export const catalogue = [\n",
      'export const catalogue = [\n  { name: "notes", schema: notes, load: () => import("./notes/index.ts") },\n',
    )
  expect(added.length - text.length).toBeGreaterThan(100)
  await writeFile(file, added)
}

beforeAll(async () => {
  library = await workspace()
  module = await copyOwnModule(library, "signalbox")
  await addLanguage()
  here = await project("notes-staging", "plain")
  await here.write({
    "signalbox.yaml": (await here.files.read("signalbox.yaml")).replace(
      /^ {2}web: .*$/m,
      "  web: { path: notes, language: notes }",
    ),
    "notes/NOTES.txt": "fix the roof\n",
  })
  await commitAll(here.files.path)
})
afterAll(async () => {
  await library[Symbol.asyncDispose]()
  await here[Symbol.asyncDispose]()
})

const call = (...args: readonly string[]): Promise<Outcome> =>
  dagger(["call", "-m", module, "--source", ".", "--git", ".", "--toolbox", "toolbox.yaml", ...args], {
    cwd: here.files.path,
    timeout: 280,
  })

describe("a language that is added by its contract", () => {
  it("is judged by every gate that applies to it", async () => {
    const outcome = await call("gates", "json")
    expect(finalError(outcome)).toBe("")
    const report = JSON.parse(outcome.stdout)
    expect(report).toMatchObject({ verdict: "pass", partial: false })
    const told = Object.fromEntries(
      report.gates.map(({ gate, verdict, summary }: Record<string, string>) => [
        gate,
        `${verdict}: ${summary}`,
      ]),
    )
    expect(told).toMatchObject({
      typecheck: "skipped: web: notes are only read",
      unit: "pass: web: 1 passed",
      images: expect.stringMatching(/^pass: web: /),
      vulnerabilities: expect.stringMatching(/^pass: /),
    })
  })

  it("has its findings told like others", async () => {
    await here.write({ "notes/NOTES.txt": "TODO fix the roof\n" })
    const outcome = await call("gates", "--only", "unit", "json")
    expect(JSON.parse(outcome.stdout).gates).toMatchObject([
      {
        verdict: "fail",
        tools: [{ name: "proofreader", image: expect.stringMatching(/@sha256:/) }],
        findings: [{ rule: "test-failed", message: "TODO fix the roof: it is still to be done" }],
      },
    ])
  })

  it("is built, hardened and measured", async () => {
    const user = await call("build", "container", "user")
    expect(user.stdout.trim()).toBe("1001:1001")
    const served = await call("build", "container", "file", "--path", "/notes", "contents")
    expect(served.stdout).toBe("TODO fix the roof\n")
  })

  it("is among those that a mistake in its name is told about", async () => {
    const config = await here.files.read("signalbox.yaml")
    await here.write({ "signalbox.yaml": config.replace("language: notes", "language: note") })
    const outcome = await call("build", "sizes")
    expect(outcome.code).toBe(13)
    expect(finalError(outcome)).toMatch(
      /"note" is not allowed; allowed: notes, node, .*did you mean "notes"\?/,
    )
  })
})
