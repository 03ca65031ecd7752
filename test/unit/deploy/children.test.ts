import { randomBytes } from "node:crypto"
import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { main } from "../../../src/deploy/driver/main.ts"
import { Children } from "../../../src/deploy/process/children.ts"
import { assertPrivate, testsUser } from "../../../src/deploy/process/tests-user.ts"
import type { ProcessOptions } from "../../../src/verify/index.ts"

const PATH = process.env.PATH ?? ""
const children = new Children({ driver: { PATH, DRIVER: "secret" }, tests: { PATH, OWN: "yes" } })
const isRoot = process.getuid?.() === 0

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "children-"))
  await chmod(directory, 0o755)
})
afterEach(() => rm(directory, { recursive: true }))

const shell = (line: string, options: Partial<ProcessOptions> = {}) =>
  children.run("sh", ["-c", line], { timeoutMs: 10_000, ...options })

describe.runIf(isRoot)("V06 a program of the tests", () => {
  const asTests = (line: string) => shell(line, { as: "tests" })

  test("is another user without groups, capabilities or a way to new privileges", async () => {
    const { stdout } = await asTests("id -u; id -g; id -G; cat /proc/self/status")
    const [uid, gid, groups] = stdout.split("\n")
    expect([uid, gid, groups]).toEqual([String(testsUser.uid), String(testsUser.gid), String(testsUser.gid)])
    expect(stdout).toMatch(/^NoNewPrivs:\t1$/m)
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapAmb"])
      expect(stdout).toMatch(new RegExp(`^${set}:\\t0+$`, "m"))
  })

  test("sees its own environment, and none of the driver's or of what the driver runs", async () => {
    expect((await asTests("env")).stdout).toMatch(/^OWN=yes$/m)
    expect((await asTests("env")).stdout).not.toContain("DRIVER")
    const helper = children.start("sleep", ["30"])
    try {
      const line = `for pid in ${process.pid} $(pgrep -x sleep -P ${process.pid}); do cat /proc/$pid/environ /proc/$pid/maps; done`
      const { code, stdout, stderr } = await asTests(line)
      expect([code, stdout]).toEqual([1, ""])
      expect(stderr.match(/Permission denied/g)).toHaveLength(4)
    } finally {
      helper.stop()
    }
  })

  test("reads nothing that only the driver may read, and puts nothing beside it", async () => {
    const canary = randomBytes(16).toString("hex")
    await writeFile(join(directory, "kubeconfig"), canary, { mode: 0o600 })
    const read = await asTests(`cat ${directory}/kubeconfig; echo x > ${directory}/other`)
    expect(read.code).not.toBe(0)
    expect(read.stdout + read.stderr).not.toContain(canary)
    expect(read.stderr.match(/Permission denied/g)).toHaveLength(2)
  })

  test("is killed at its time limit as any other", async () => {
    const result = await shell("sleep 30", { as: "tests", timeoutMs: 200 })
    expect(result).toMatchObject({ code: null, timedOut: true })
  })

  test("hands its output over as it comes, and none of it is collected", async () => {
    const chunks: Buffer[] = []
    const onStdout = (chunk: Buffer) => void chunks.push(chunk)
    const { stdout } = await shell("echo one; echo two", { as: "tests", onStdout })
    expect([stdout, Buffer.concat(chunks).toString()]).toEqual(["", "one\ntwo\n"])
  })

  test("is not run at all by a driver that may not change the user", async () => {
    process.seteuid?.(testsUser.uid - 1)
    try {
      await expect(asTests(`echo ran > ${directory}/ran`)).rejects.toMatchObject({
        code: "TOOL_FAILED",
        detail: {
          what: "sh cannot be run as another user than the driver",
          why: expect.stringContaining("has to be root"),
        },
      })
    } finally {
      process.seteuid?.(0)
    }
  })

  test("is not run at all where the image has nothing to take its rights with", async () => {
    const bare = new Children({ driver: { PATH }, tests: { PATH: directory } })
    await expect(bare.run("sh", [], { as: "tests", timeoutMs: 1000 })).rejects.toMatchObject({
      code: "TOOL_FAILED",
      detail: { why: expect.stringContaining("setpriv") },
    })
  })
})

describe.runIf(isRoot)("V06 what is private", () => {
  const file = async (mode: number) => {
    const path = join(directory, "file")
    await writeFile(path, "", { mode })
    return path
  }

  test.each([
    ["a file for its owner alone", 0o600, 0o755],
    ["an open file in a closed directory", 0o644, 0o700],
  ])("%s", async (_name, mode, above) => {
    const path = await file(mode)
    await chmod(directory, above)
    await expect(assertPrivate([path])).resolves.toBeUndefined()
  })

  test("an open file is refused, also where a link leads to it", async () => {
    const link = join(directory, "link")
    await symlink(await file(0o644), link)
    for (const path of [join(directory, "file"), link])
      await expect(assertPrivate([path])).rejects.toMatchObject({
        code: "CONFIG_INVALID",
        detail: { where: path },
      })
  })
})

test.runIf(isRoot)(
  "V06 a driver whose kubeconfig is open to everybody begins nothing that may run a script",
  async () => {
    const request = {
      ...{ schemaVersion: 1, project: "shop", operation: "call", date: "2026-01-01T00:00:00Z" },
      environment: {
        schemaVersion: 1,
        name: "test",
        namespace: "apps",
        release: "app",
        access: { kind: "url", url: "http://x" },
      },
      components: {},
      holder: { who: "tester", id: "call" },
    }
    await writeFile(join(directory, "request.json"), JSON.stringify(request), { mode: 0o600 })
    await writeFile(join(directory, "load.js"), "")
    await writeFile(join(directory, "kubeconfig"), "")
    const told = vi.spyOn(process.stderr, "write").mockReturnValue(true)
    try {
      const at = (name: string) => join(directory, name)
      const files = ["--input", at("request.json"), "--kubeconfig", at("kubeconfig"), "--out", at("out")]
      expect(await main(["run", ...files])).toBe(13)
      expect(told.mock.calls.join("")).toMatch(/^CONFIG_INVALID: .*could read[\s\S]*kubeconfig/)
    } finally {
      told.mockRestore()
    }
  },
)

test("a driver's program has the driver's environment and user", async () => {
  const { stdout } = await shell("id -u; env")
  expect(stdout).toMatch(new RegExp(`^${process.getuid?.()}\n`))
  expect(stdout).toContain("DRIVER=secret")
})

describe("output beyond what is kept", () => {
  const flood = (mebibytes: number) => `head -c ${mebibytes * 1024 * 1024} /dev/zero | tr '\\0' x`

  test("is said, and the last words are kept", async () => {
    const { stdout, stderr, truncated } = await shell(`echo first; ${flood(17)}; echo last; echo why >&2`)
    expect([truncated, stderr]).toEqual([true, "why\n"])
    expect([stdout.includes("first"), stdout.endsWith("xlast\n")]).toEqual([false, true])
    expect(stdout.length).toBeLessThanOrEqual(16 * 1024 * 1024)
    expect((await shell(`(${flood(17)}) >&2`)).truncated).toBe(true)
  })

  test("is not said of what is kept whole, nor of what was handed over", async () => {
    expect(await shell("echo all")).toMatchObject({ stdout: "all\n", truncated: false })
    let taken = 0
    const onStdout = (chunk: Buffer) => {
      taken += chunk.length
    }
    expect(await shell(flood(17), { onStdout })).toMatchObject({ stdout: "", truncated: false })
    expect(taken).toBe(17 * 1024 * 1024)
  })

  test("of a program that goes on running is bounded, and its last words are kept", async () => {
    const child = children.start("sh", ["-c", `${flood(2)}; echo last`])
    await vi.waitFor(() => expect(child.ended()).toBe(true), { timeout: 10_000 })
    expect(child.output().endsWith("xlast\n")).toBe(true)
    expect(child.output().length).toBeLessThanOrEqual(64 * 1024)
  })
})

test.each([2 ** 31, 999_999 * 86_400_000])(
  "a time limit of %d ms, longer than a timer of Node takes, ends nothing at once",
  async (timeoutMs) => {
    expect(await shell("sleep 0.2; echo done", { timeoutMs })).toMatchObject({
      ...{ code: 0, stdout: "done\n", timedOut: false },
    })
  },
)
