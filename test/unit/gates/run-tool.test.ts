import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, test } from "vitest"

const directory = mkdtempSync(join(tmpdir(), "run-tool-"))
afterAll(() => rmSync(directory, { recursive: true }))
const program = (name: string) => fileURLToPath(new URL(`../../../src/gates/engine/${name}`, import.meta.url))

function node(...args: string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, _, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    )
  })
}

const tool = (out: string, judged: string, seconds: string, script: string) =>
  node(program("run-tool.ts"), judged, seconds, join(directory, out), "--", process.execPath, "-e", script)
const read = (path: string) => readFileSync(join(directory, path), "utf8")

describe("run-tool", () => {
  test("a judged exit code succeeds and is written down with both outputs", async () => {
    const { code } = await tool(
      "found",
      "0,1",
      "30",
      "console.log('a finding');console.error('note');process.exit(1)",
    )
    expect(code).toBe(0)
    expect(JSON.parse(read("found/run.json"))).toEqual({ exitCode: 1 })
    expect([read("found/stdout.txt"), read("found/stderr.txt")]).toEqual(["a finding\n", "note\n"])
  })

  test("any other exit code fails, with the tool's last words", async () => {
    const { code, stderr } = await tool(
      "crash",
      "0,1",
      "30",
      "console.error('out of memory');process.exit(2)",
    )
    expect(code).toBe(1)
    expect(stderr).toContain("ended with exit code 2\nout of memory")
  })

  test("a signal, a time-out and a missing tool fail", async () => {
    expect((await tool("signal", "0", "30", "process.kill(process.pid,'SIGKILL')")).stderr).toContain(
      "was ended by SIGKILL",
    )
    expect((await tool("slow", "0", "0.3", "setTimeout(()=>{},60000)")).stderr).toContain(
      "did not end within 0.3 s",
    )
    const missing = await node(
      program("run-tool.ts"),
      "0",
      "30",
      join(directory, "gone"),
      "--",
      "no-such-tool-here",
    )
    expect(missing.stderr).toContain("could not be started")
  })

  test("a plan runs tools in order, feeds them files, and stops at the first without a judgement", async () => {
    writeFileSync(join(directory, "in"), "from a file")
    const step = (out: string, script: string, judged = [0]) => ({
      ...{ out: join(directory, out), judged, seconds: 30, command: [process.execPath, "-e", script] },
    })
    const plan = [
      { ...step("p1", "process.stdin.pipe(process.stdout)"), input: join(directory, "in") },
      step("p2", "process.exit(3)"),
      step("p3", ""),
    ]
    writeFileSync(join(directory, "plan.json"), JSON.stringify(plan))
    expect((await node(program("run-plan.ts"), join(directory, "plan.json"))).code).toBe(1)
    expect(read("p1/stdout.txt")).toBe("from a file")
    expect(() => read("p3/run.json")).toThrow()
  })
})
