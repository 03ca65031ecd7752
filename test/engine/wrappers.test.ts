import { execFile } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { beforeAll, describe, expect, it } from "vitest"
import { goEnvironment } from "../../toolchain/go.ts"
import { paths } from "../../toolchain/paths.ts"
import { jenkinsLines, pipelineCall, workflowLines } from "../unit/wrappers/calls.ts"
import { dagger } from "./harness/index.ts"

const run = promisify(execFile)
const actionlint = { module: "github.com/rhysd/actionlint/cmd/actionlint", version: "v1.7.12" }
const workflows = ["test", "build-deploy", "security"].map((name) => `.github/workflows/${name}.yml`)

describe("the workflows", () => {
  const binaries = join(paths.cache, "test", `actionlint-${actionlint.version}`)
  const binary = join(binaries, "actionlint")

  beforeAll(async () => {
    if (existsSync(binary)) return
    // Not the toolchain's caches, which it may remove at any time.
    const go = join(binaries, "go")
    const caches = { GOMODCACHE: join(go, "mod"), GOCACHE: join(go, "build") }
    const env = { ...process.env, ...goEnvironment, ...caches, GOBIN: binaries }
    await run("go", ["install", `${actionlint.module}@${actionlint.version}`], { env })
    await rm(go, { recursive: true, force: true })
  })

  it("satisfy actionlint", async () => {
    expect((await run(binary, workflows)).stdout).toBe("")
  })
})

describe("every call of the CI files", () => {
  const lines = [
    ...workflows.flatMap((path) => workflowLines(readFileSync(path, "utf8"))),
    ...jenkinsLines(readFileSync("Jenkinsfile", "utf8")),
  ]
  const calls = [...new Set(lines.map((line) => pipelineCall(line.text)))]

  // The CLI refuses an unknown function, and an unknown or missing argument's name, before it shows the help.
  it.each(calls)("%s is one that the module has", async (call) => {
    const [, ...args] = call.replace(/"\$[A-Z_]+"/g, "x").split(" ")
    const { code, stderr } = await dagger([...args, "--help"])
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" })
  })

  it("would be missed if it had another name", async () => {
    for (const args of [
      ["gates", "assrt"],
      ["gates", "--contxt", "x", "assert"],
    ]) {
      expect((await dagger(["call", ...args, "--help"])).code).not.toBe(0)
    }
  })
})
