/** The demo's own look at what it started: a CLI whose engine has died does not end by itself. */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { runCommand } from "../../../demo/commands.ts"
import { untilGone } from "../../../demo/watch.ts"

let out = ""
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), "demo-"))
})
afterEach(() => rm(out, { recursive: true }))

const never = (signal: AbortSignal) =>
  new Promise<boolean>((resolve) => signal.addEventListener("abort", () => resolve(false)))

const node = (program: string, lost = never) =>
  runCommand(process.execPath, ["-e", program], {
    ...{ cwd: out, env: process.env, out, log: "step/1-call.log", timeoutMs: 20_000 },
    lost,
  })

describe("a command", () => {
  it("is kept with its line, its output and its exit code", async () => {
    const finished = await node("console.log('said'); console.error('warned'); process.exitCode = 15")
    expect(finished).toMatchObject({ exitCode: 15, stdout: "said\n", log: "step/1-call.log" })
    expect(await readFile(join(out, "step/1-call.log"), "utf8")).toMatch(
      /^\$ .+\n(said\nwarned|warned\nsaid)\n$/,
    )
  })

  it("is ended when there is nobody any more to do its work", async () => {
    const finished = await node("setInterval(() => {}, 1000)", async () => true)
    expect(finished.exitCode).toBe(137)
  })

  it("that cannot even be looked after is an error, not a result", async () => {
    const lost = () => Promise.reject(new Error("no way to tell"))
    await expect(node("", lost)).rejects.toThrow("no way to tell")
  })
})

describe("an engine", () => {
  const watch = { everyMs: 1, probes: 3 }

  it("is gone when it was missed several times in a row", async () => {
    const answers = [true, false, false, true, false, false, false]
    expect(await untilGone(async () => answers.shift() ?? true, watch, new AbortController().signal)).toBe(
      true,
    )
    expect(answers).toEqual([])
  })

  it("is not asked for any more once nobody wants to know", async () => {
    const ended = new AbortController()
    let asked = 0
    const runs = async () => {
      asked += 1
      if (asked === 2) ended.abort()
      return false
    }
    expect(await untilGone(runs, watch, ended.signal)).toBe(false)
    expect(asked).toBe(2)
  })
})
