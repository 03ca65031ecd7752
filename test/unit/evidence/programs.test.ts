/** The programs that store evidence and push images, started and read as their caller does. */
import { execFile } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { interpretExit } from "../../../src/call/index.ts"
import { parseJson } from "../../../src/call/json.ts"
import { answers } from "../../../src/evidence/index.ts"
import { RegistryClient } from "../../../src/evidence/registry/client.ts"
import { RegistryStore } from "../../../src/evidence/store/registry-store.ts"
import { type MemoryRegistry, memoryRegistry } from "./support/memory-registry.ts"

const root = join(import.meta.dirname, "..", "..", "..")
const info = { name: "the program", where: "here", next: "call again" }

let registry: MemoryRegistry
let directory: string
beforeEach(async () => {
  registry = await memoryRegistry()
  directory = await mkdtemp(join(tmpdir(), "programs-"))
  await mkdir(join(directory, "in"))
})
afterEach(async () => {
  await registry[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

/** Runs a program as runProgram does, and reads how it ended as that does. */
async function run(program: string, args: readonly string[]) {
  const out = await mkdtemp(join(directory, "out-"))
  const command = [join(root, "src/evidence", program), ...args, "--out", out]
  const ran = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, command, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 137, stdout, stderr }),
    )
  })
  const file = join(out, "error.json")
  const error = existsSync(file) ? readFileSync(file, "utf8") : null
  return { out, ...(await interpretExit(info, ran.code, { ...ran, error })) }
}

const answer = (out: string): string => readFileSync(join(out, "answer.json"), "utf8")

async function store(command: readonly string[], host = registry.host) {
  const file = join(directory, "store.json")
  await writeFile(file, JSON.stringify({ registry: host, prefix: "shop", insecure: true }))
  return run("store/main.ts", [...command, "--store", file])
}

const put = ["put", "--kind", "releases", "--key", "v1.0.0", "--in"]
const get = ["get", "--kind", "releases", "--key", "v1.0.0"]

describe("the evidence store program", () => {
  test("returns from put the same files as from a later get, without links", async () => {
    const files = join(directory, "in")
    await mkdir(join(files, "gates"))
    await writeFile(join(files, "record.json"), "{}")
    await writeFile(join(files, "gates", "lint.json"), "1")
    await symlink("record.json", join(files, "link.json"))
    const written = await store([...put, files])
    expect(written).toMatchObject({ exitCode: 0, error: null })
    const looks = registry.seen.length
    const stored = parseJson(answer(written.out), answers.put, "answer.json")
    expect(registry.seen).toHaveLength(looks)
    const found = await store(get)
    expect(parseJson(answer(found.out), answers.get, "answer.json")).toEqual({ found: true, ...stored })
    for (const { out } of [written, found]) {
      expect((await readdir(join(out, "files"), { recursive: true })).sort()).toEqual([
        "gates",
        "gates/lint.json",
        "record.json",
      ])
      expect(readFileSync(join(out, "files", "gates", "lint.json"), "utf8")).toBe("1")
    }
  })

  test("answers that there is no such evidence, which is not an error", async () => {
    const { out, exitCode } = await store(get)
    expect({ exitCode, answer: parseJson(answer(out), answers.get, "answer.json") }).toEqual({
      exitCode: 0,
      answer: { found: false },
    })
  })

  test("reports its error completely: code, place, reason, next step and cause", async () => {
    const { error, exitCode, stderr } = await store(get, "127.0.0.1:9")
    expect(exitCode).toBe(11)
    expect(error).toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      detail: { where: "127.0.0.1:9", next: "check its address, the network and the token" },
      cause: expect.objectContaining({ message: expect.stringContaining("fetch failed") }),
    })
    expect(stderr).toBe(`${error?.message}\n`)
  })

  test("refuses other content under the same key", async () => {
    const files = join(directory, "in")
    await writeFile(join(files, "record.json"), "1")
    expect((await store([...put, files])).error).toBeNull()
    await writeFile(join(files, "record.json"), "2")
    expect(await store([...put, files])).toMatchObject({ exitCode: 16, error: { code: "RECORD_CONFLICT" } })
  })

  test.each([
    ["V34 beside the directory, by a name that begins alike", "../files-evil/x"],
    ["sibling of V34: above it", "../../x"],
    ["sibling of V34: the directory itself", "."],
    ["sibling of V34: through a directory of its own", "gates/../../x"],
  ])("a stored title that leads out is damaged evidence: %s", async (_what, title) => {
    const client = new RegistryClient(registry.host, { insecure: true })
    const files = new Map([[title, Buffer.from("evil")]])
    await new RegistryStore(client, registry.host, "shop").put("releases", "v1.0.0", files)
    const { error, out } = await store(get)
    expect(error).toMatchObject({ code: "STATE_DAMAGED", detail: { what: `unsafe path ${title}` } })
    expect(await readdir(join(out, "files"), { recursive: true })).toEqual([])
  })

  test("that cannot start is reported as crashed", async () => {
    const { error } = await run("store/none.ts", get)
    expect(error).toMatchObject({
      code: "TOOL_FAILED",
      detail: { why: expect.stringMatching(/it ended with 1[\s\S]*Cannot find module/) },
    })
  })
})

test("the image push program reports its error", async () => {
  const to = ["--registry", registry.host, "--repository", "shop/web", "--tag", "v1", "--insecure"]
  const { error } = await run("image/main.ts", [...to, "--layout", join(directory, "none")])
  expect(error).toMatchObject({ code: "INTERNAL", detail: { what: expect.stringContaining("ENOENT") } })
})
