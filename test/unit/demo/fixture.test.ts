/** What an example needs and does not bring is applied beforehand, with a password that nobody else sees. */
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { parseAllDocuments } from "yaml"
import { examples } from "../../../demo/examples.ts"
import { applyFixture } from "../../../demo/fixture.ts"

const root = join(import.meta.dirname, "../../..")
const publicImage = "docker.io/library/postgres:15.8-bookworm"
const ownImage = "registry.example/postgres:15.8"
const digest = `sha256:${"1".repeat(64)}`

let place = ""
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), "demo-fixture-"))
  const toolbox = await readFile(join(root, "toolbox.yaml"), "utf8")
  const named = `"${publicImage}", digest: unresolved`
  expect(toolbox).toContain(named)
  await writeFile(
    join(place, "toolbox.yaml"),
    toolbox.replace(named, () => `"${ownImage}", digest: "${digest}"`),
  )
})
afterEach(() => rm(place, { recursive: true }))

/** Applies it by a kubectl that keeps its arguments and what it reads, and ends as told. */
async function apply(name: "pricing-agent" | "intelliflow", code = 0): Promise<void> {
  const kubectl = join(place, "kubectl")
  await writeFile(
    kubectl,
    `#!${process.execPath}
const fs = require("node:fs")
fs.writeFileSync(${JSON.stringify(join(place, "args"))}, JSON.stringify(process.argv.slice(2)))
fs.writeFileSync(${JSON.stringify(join(place, "input"))}, fs.readFileSync(0))
console.error("the server refuses")
process.exitCode = ${code}
`,
  )
  await chmod(kubectl, 0o755)
  const access = { kubectl, kubeconfig: "/k", namespace: "pricing-agent-staging" }
  await applyFixture(examples[name], join(root, "examples", name), join(place, "toolbox.yaml"), access)
}

const applied = async () =>
  parseAllDocuments(await readFile(join(place, "input"), "utf8")).map((one) => one.toJS())

it("goes to one namespace, with the toolbox's image and a Secret that is in no argument", async () => {
  await apply("pricing-agent")
  const [secret, ...others] = await applied()
  expect(others.map(({ kind }) => kind)).toEqual(["ConfigMap", "Service", "StatefulSet"])
  expect(others.at(-1).spec.template.spec.containers[0].image).toBe(`${ownImage}@${digest}`)
  expect(secret).toMatchObject({ kind: "Secret", metadata: { name: "pricing-database" } })
  const password: string = secret.stringData.PGPASSWORD
  expect(password.length).toBeGreaterThanOrEqual(32)
  const args: string[] = JSON.parse(await readFile(join(place, "args"), "utf8"))
  expect(args).toEqual(expect.arrayContaining(["--namespace", "pricing-agent-staging", "apply"]))
  expect(args.join(" ")).not.toContain(password)
})

it("has another password each time", async () => {
  await apply("pricing-agent")
  const [first] = await applied()
  await apply("pricing-agent")
  const [second] = await applied()
  expect(second.stringData.PGPASSWORD).not.toBe(first.stringData.PGPASSWORD)
})

it("that is refused ends the demo, with what kubectl says", async () => {
  await expect(apply("pricing-agent", 1)).rejects.toThrow("the server refuses")
})

it("is nothing where an example needs nothing", async () => {
  await apply("intelliflow")
  await expect(readFile(join(place, "args"))).rejects.toThrow("ENOENT")
})
