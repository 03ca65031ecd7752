/** The examples that the demo can release: what it says of them is what they say themselves. */
import { existsSync, readFileSync } from "node:fs"
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it, test } from "vitest"
import { parseAllDocuments } from "yaml"
import { misuse } from "../../../bin/bootstrap/arguments.mjs"
import { demoEnvironment } from "../../../demo/environment-of.ts"
import { exampleNames, examples, leftOut, resultsOf } from "../../../demo/examples.ts"
import { withImage } from "../../../demo/fixture.ts"
import { reportHtml } from "../../../demo/report/html.ts"
import { summaryMarkdown } from "../../../demo/report/markdown.ts"
import { stepIds, stepTitles } from "../../../demo/steps.ts"
import { Workspace } from "../../../demo/workspace.ts"
import { parseConfig, parseEnvironment } from "../../../src/config/index.ts"

const root = join(import.meta.dirname, "../../..")

describe.each(exampleNames)("%s", (name) => {
  const { directory, components, namespaces, fixture } = examples[name]
  const read = (file: string) => readFileSync(join(root, directory ?? ".", file), "utf8")
  const own = (environment: string) => {
    const file = `${directory === null ? "demo/" : ""}environments/${environment}.yaml`
    const text = directory === null ? read(file) : demoEnvironment(read(file))
    return parseEnvironment(text, file)
  }

  it("has these components, namespaces and a command of its own", () => {
    expect(Object.keys(parseConfig(read("signalbox.yaml"), "signalbox.yaml").components).sort()).toEqual(
      components,
    )
    for (const [environment, namespace] of Object.entries(namespaces))
      expect(own(environment).namespace).toBe(namespace)
    expect(misuse("demo", ["--example", name])).toBeUndefined()
  })

  it("is judged in the demo's environments by the toolchain's own database, and protected as its own are", () => {
    for (const environment of ["staging", "production"]) {
      const { acceptedDatabases, load, hooks } = own(environment)
      expect(acceptedDatabases).toMatchObject([{ name: "signalbox-fixture" }])
      expect(load.profile).not.toBe("none")
      expect(load.scale).toBeLessThan(0.1)
      expect(hooks.map((one) => one.name)).toEqual(fixture === null ? [] : ["migrate"])
    }
    expect(own("production")).toMatchObject({ protected: true, promotesFrom: "staging" })
  })

  it("names image, Secret and Service of its fixture as its files do", () => {
    if (fixture === null)
      return expect(directory === null || !existsSync(join(root, directory, "deploy/postgres.yaml"))).toBe(
        true,
      )
    const manifest = read(fixture.file)
    expect(parseAllDocuments(withImage(manifest, fixture.image.named, "r.example/p@sha256:0"))).toHaveLength(
      3,
    )
    const { name: secret, key } = fixture.secret
    expect(manifest).toContain(`secretName: ${secret}`)
    expect(manifest).toContain(`/secret/${key}`)
    for (const text of [read("deploy/values.yaml"), read("environments/staging.yaml")]) {
      expect(text).toContain(`{ name: ${secret}, key: ${key} }`)
      expect(text).toMatch(/PGHOST: database\b/)
    }
    return undefined
  })
})

test("a fixture whose image is another one is not applied: its place in the manifest would stay as it is", () => {
  expect(() => withImage("image: a:1\n", "b:1", "c:1")).toThrow("does not name b:1 exactly once")
})

test("the default example runs every step; of the others it is told what they leave out", () => {
  expect(leftOut(examples["intelligent-agent"])).toEqual([])
  expect(leftOut(examples.intelliflow)).toEqual(stepIds.slice(5))
  const summary = { schemaVersion: 1 as const, ok: true, seconds: 1, steps: [] }
  for (const report of [summaryMarkdown, reportHtml]) {
    const title = stepTitles.rollback
    expect(report({ ...summary, example: "pricing-agent" }, [])).toContain(title)
    expect(report({ ...summary, example: "intelligent-agent" }, [])).not.toContain(title)
  }
  expect(exampleNames.map((name) => resultsOf(examples[name]))).toEqual([
    ...["out/demo", "out/demo-pricing-agent", "out/demo-intelliflow"],
  ])
})

test("an example is released from a repository of its own, with the demo's environments in place of its own", async () => {
  const place = await mkdtemp(join(tmpdir(), "demo-example-"))
  try {
    const project = join(place, "examples/shop")
    await mkdir(join(project, "environments"), { recursive: true })
    await writeFile(join(project, "signalbox.yaml"), "project: shop\n")
    await writeFile(join(project, "environments/staging.yaml"), "name: staging\n")
    await writeFile(join(place, "README.md"), "not of the example\n")
    const workspace = new Workspace(join(place, "workspace"))
    await new Workspace(place).git("init", "--quiet")
    const environments = { staging: "name: staging\nnamespace: demo\n" }
    await workspace.create({ project, toolbox: "registry: r.example\n", environments })
    const names = (await readdir(workspace.directory)).filter((one) => one !== ".git")
    expect(names.sort()).toEqual(["environments", "signalbox.yaml", "toolbox.yaml"])
    expect(await readFile(join(workspace.directory, "environments/staging.yaml"), "utf8")).toContain("demo")
    expect(await workspace.git("status", "--porcelain")).toBe("")
  } finally {
    await rm(place, { recursive: true, force: true })
  }
})
