/** A call of the demo as Dagger's CLI ends it: by its own result, or by a failure to leave after the work was done. */
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, it } from "vitest"
import { Progress } from "../../../demo/progress.ts"
import { Stage, type World } from "../../../demo/stage.ts"
import { Workspace } from "../../../demo/workspace.ts"

// As the CLI 0.21.7 ended on a busy machine, after the function had printed its summary.
const late = 'Error: close dagger session: Post \\"http://dagger/shutdown\\": context deadline exceeded'

let out = ""
beforeEach(async () => {
  module = []
  out = await mkdtemp(join(tmpdir(), "demo-"))
})
afterEach(() => rm(out, { recursive: true }))

interface Run {
  readonly code: number
  readonly says: string
}
let module: readonly string[] = []

/** A CLI that ends one run after the other as told; it keeps count in a file. */
async function stage(...runs: readonly Run[]): Promise<Stage> {
  const dagger = join(out, "dagger")
  await writeFile(
    dagger,
    `#!${process.execPath}
const fs = require("node:fs")
fs.writeFileSync(${JSON.stringify(join(out, "args"))}, process.argv.slice(2).join(" "))
const [file, runs] = [${JSON.stringify(join(out, "count"))}, ${JSON.stringify(runs)}]
const count = fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : 0
fs.writeFileSync(file, String(count + 1))
console.error(runs[count].says)
process.exitCode = runs[count].code
`,
  )
  await chmod(dagger, 0o755)
  const world: World = {
    ...{ out, dagger, env: process.env, engineRuns: async () => true },
    ...{ workspace: new Workspace(out), kubectl: "", kubeconfigs: {}, publicKey: "", module },
    registry: { address: "", prefix: "" },
  }
  return new Stage(world, "build", new Progress())
}

const started = async () => Number(await readFile(join(out, "count"), "utf8"))

it("is repeated where the CLI could not close its session, and counts as what the repetition says", async () => {
  const finished = await (await stage({ code: 1, says: late }, { code: 17, says: "approve" })).call("release")
  expect(finished).toMatchObject({ exitCode: 17, log: "build/1-release-again.log" })
  expect(await readFile(join(out, "build/1-release.log"), "utf8")).toContain("context deadline exceeded")
  expect(await started()).toBe(2)
})

it("that cannot leave twice has failed", async () => {
  const finished = await (await stage({ code: 1, says: late }, { code: 1, says: late })).call("release")
  expect(finished.exitCode).toBe(1)
  expect(await started()).toBe(2)
})

it.each([
  { code: 0, says: "done" },
  { code: 1, says: "Error: start engine: context deadline exceeded" },
  { code: 10, says: late },
])("is not repeated where it ended with $code: $says", async (run) => {
  expect((await (await stage(run)).call("gates")).exitCode).toBe(run.code)
  expect(await started()).toBe(1)
})

it("names the module where the workspace is not its own", async () => {
  module = ["-m", "/library", "--source", "."]
  const finished = await (await stage({ code: 0, says: "done" })).call("build", "sizes")
  expect(await readFile(join(out, "args"), "utf8")).toBe("call -m /library --source . build sizes")
  expect(finished).toMatchObject({
    line: expect.stringMatching(/call -m \/library/),
    log: "build/1-build.log",
  })
})
