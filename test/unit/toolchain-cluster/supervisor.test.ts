import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { Supervisor } from "../../../toolchain/cluster/node/supervisor.ts"

let directory = ""
let supervisor: Supervisor
let lines: string[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "signalbox-supervisor-"))
  lines = []
  supervisor = new Supervisor(directory, (line) => lines.push(line))
})
afterEach(async () => {
  await supervisor.stop([], 1000)
  await rm(directory, { recursive: true, force: true })
})

const shell = (name: string, script: string) => ({ name, command: "/bin/sh", args: ["-c", script] })
const logOf = (name: string): string => readFileSync(join(directory, `${name}.log`), "utf8")

describe("a supervised component", () => {
  test("is started again when it ends, and the log says how it ended", async () => {
    supervisor.start(shell("part", "echo started; exit 3"))
    await expect.poll(() => logOf("part"), { timeout: 5000 }).toBe("started\nstarted\n")
    expect(lines[0]).toBe("part ended (status 3) after 0 s; it starts again in 0.5 s")
  })

  test("that cannot be started at all is tried again", async () => {
    supervisor.start({ name: "missing", command: join(directory, "nothing"), args: [] })
    await expect.poll(() => lines.length, { timeout: 5000 }).toBeGreaterThan(1)
    expect(lines[0]).toMatch(/ENOENT/)
    expect(lines[1]).toMatch(/starts again in 1 s/)
  })

  test("sees nothing of this program's environment", async () => {
    process.env.CLUSTER_TOKEN = "secret-of-the-caller"
    supervisor.start(shell("part", "env; sleep 60"))
    await expect.poll(() => logOf("part")).toContain("PATH=")
    delete process.env.CLUSTER_TOKEN
    expect(logOf("part")).not.toContain("secret-of-the-caller")
  })

  test("has time to write down what it holds if it is named, and none otherwise", async () => {
    const kept = (name: string) => join(directory, name)
    const script = (name: string) =>
      `trap 'echo x > ${kept(name)}; exit' TERM; echo up; while :; do sleep 0.05; done`
    for (const name of ["gentle", "rough"]) supervisor.start(shell(name, script(name)))
    await expect.poll(() => logOf("gentle") + logOf("rough")).toBe("up\nup\n")
    await supervisor.stop(["gentle"], 5000)
    expect(existsSync(kept("gentle"))).toBe(true)
    expect(existsSync(kept("rough"))).toBe(false)
    expect(lines).toEqual([])
  })

  test("writes into a log that does not grow for ever", async () => {
    writeFileSync(join(directory, "part.log"), Buffer.alloc(32 * 1024 * 1024 + 1))
    supervisor.start(shell("part", "echo fresh; sleep 60"))
    await expect.poll(() => logOf("part")).toBe("fresh\n")
    expect(existsSync(join(directory, "part.log.1"))).toBe(true)
  })
})
