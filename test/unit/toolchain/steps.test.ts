import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test, vi } from "vitest"
import {
  type RunnerOptions,
  runSteps,
  type Step,
  StepError,
  takeLock,
} from "../../../toolchain/steps/index.ts"
import type { Progress } from "../../../toolchain/steps/progress.ts"
import { goSettings } from "../../../toolchain/steps/runner.ts"
import { scratch } from "./scratch.ts"

const silent: Progress = {
  started: () => undefined,
  waiting: () => undefined,
  line: () => undefined,
  finished: () => undefined,
  failed: () => undefined,
  close: () => undefined,
}

interface Overrides extends Partial<Omit<Step, "id">> {
  readonly values?: readonly string[]
}

/** A step that writes its id into `made`, and notes that it ran. */
function step(id: string, ran: string[], { values = [], ...overrides }: Overrides = {}): Step {
  return {
    id,
    title: `Make ${id}`,
    needs: [],
    inputs: { values },
    heavy: false,
    async run(ctx) {
      ran.push(id)
      await writeFile(join(ctx.out, "made"), id)
    },
    ...overrides,
  }
}

async function place(): Promise<RunnerOptions & { readonly heavyLock: string }> {
  const directory = await scratch()
  const [root, cache] = [join(directory, "root"), join(directory, "cache")]
  await mkdir(root)
  // A lock of its own: whoever builds on this machine meanwhile is not waited for.
  return { root, cache, progress: silent, heavyLock: `test:${directory}` }
}

/** By itself `waitFor` waits a second, which a step on a busy machine may take. */
const patience = { timeout: 20_000 }

describe("what runs", () => {
  test("a step runs once, then its output is used", async () => {
    const options = await place()
    const ran: string[] = []
    const first = await runSteps([step("a", ran)], options)
    const second = await runSteps([step("a", ran)], options)
    expect(ran).toEqual(["a"])
    expect(first.missing).toEqual(["a"])
    expect(second.missing).toEqual([])
    expect(await readFile(join(second.output("a"), "made"), "utf8")).toBe("a")
  })

  test("another value makes it and all that need it run again", async () => {
    const options = await place()
    const ran: string[] = []
    const steps = (value: string) => [
      step("base", ran, { values: [value] }),
      step("image", ran, { needs: ["base"] }),
      step("other", ran),
    ]
    await runSteps(steps("1"), options)
    ran.length = 0
    await runSteps(steps("2"), options)
    expect(ran).toEqual(["base", "image"])
  })

  test.each([
    ["content", (root: string) => writeFile(join(root, "in/file"), "changed")],
    ["a new file", (root: string) => writeFile(join(root, "in/more"), "")],
    ["mode", (root: string) => writeFile(join(root, "in/run"), "#!", { mode: 0o755 })],
  ])("a change of an input directory counts: %s", async (_, change) => {
    const options = await place()
    await mkdir(join(options.root, "in"))
    await writeFile(join(options.root, "in/file"), "as it was")
    const ran: string[] = []
    const steps = [step("a", ran, { inputs: { files: ["in"] } })]
    await runSteps(steps, options)
    await change(options.root)
    await runSteps(steps, options)
    expect(ran).toEqual(["a", "a"])
  })

  test("a way back to earlier inputs finds the earlier output", async () => {
    const options = await place()
    const ran: string[] = []
    for (const value of ["1", "2", "1"]) await runSteps([step("a", ran, { values: [value] })], options)
    expect(ran).toEqual(["a", "a"])
  })

  test("only what is asked for and what that needs", async () => {
    const options = await place()
    const ran: string[] = []
    const steps = [step("base", ran), step("image", ran, { needs: ["base"] }), step("other", ran)]
    await runSteps(steps, { ...options, only: ["image"] })
    expect(ran).toEqual(["base", "image"])
  })

  test.each([
    ["large builds run beside each other where memory allows", 10, 2],
    ["and one after the other where it does not", 5, 1],
  ])("%s", async (_, memory, expected) => {
    const options = await place()
    let running = 0
    let most = 0
    const build = (id: string) =>
      step(id, [], {
        heavy: true,
        cost: { memory: 4, cores: 1, seconds: 60 },
        async run() {
          running++
          most = Math.max(most, running)
          await new Promise((resolve) => setTimeout(resolve, 50))
          running--
        },
      })
    const machine = { memory, cores: 4, downloads: 2 }
    await runSteps([build("a"), build("b")], { ...options, machine })
    expect(most).toBe(expected)
  })

  test("what a step needs is downloaded while another one has the cores", async () => {
    const options = await place()
    const happened: string[] = []
    const cost = { memory: 1, cores: 1, seconds: 10 }
    const later = step("later", happened, {
      cost,
      async fetch(ctx) {
        await ctx.exec("true", [])
        happened.push("fetch")
        return []
      },
    })
    const first = step("first", happened, {
      cost: { ...cost, seconds: 60 },
      async run() {
        await vi.waitFor(() => expect(happened).toContain("fetch"), patience)
        happened.push("first")
      },
    })
    await runSteps([later, first], { ...options, machine: { memory: 1.5, cores: 1, downloads: 1 } })
    expect(happened).toEqual(["fetch", "first", "later"])
  })

  test("a build may use twice its cores, no more than there are, and each of four a quarter of the memory", () => {
    const machine = { memory: 20, cores: 8, downloads: 2 }
    const build = { memory: 4, cores: 0.75, seconds: 60 }
    expect(goSettings(build, machine)).toEqual({ GOGC: "1600", GOMEMLIMIT: "3072MiB", GOMAXPROCS: "2" })
    expect(goSettings({ ...build, cores: 6 }, machine)).toMatchObject({ GOMAXPROCS: "8" })
    expect(goSettings(build, { ...machine, memory: 5, cores: 1 })).toMatchObject({
      GOMEMLIMIT: "1280MiB",
      GOMAXPROCS: "1",
    })
  })

  test("a step's commands have these settings", async () => {
    const options = await place()
    let seen = ""
    const build = step("a", [], {
      run: async (ctx) => {
        seen = await ctx.exec("printenv", ["GOGC"])
      },
    })
    await runSteps([build], options)
    expect(seen).toBe("1600\n")
  })

  test("heavy steps of another process are waited for", async () => {
    const options = await place()
    const ran: string[] = []
    const release = await takeLock(options.heavyLock, "another process", () => undefined)
    const waits = new Promise<string>((resolve) => {
      const progress = { ...silent, waiting: (_: string, holder: string) => resolve(holder) }
      void runSteps([step("a", ran, { heavy: true })], { ...options, progress }).then(() => ran.push("end"))
    })
    expect(await waits).toContain("another process")
    expect(ran).toEqual([])
    await release()
    await vi.waitFor(() => expect(ran).toEqual(["a", "end"]), patience)
  })

  test("two runs at the same time make it once", async () => {
    const options = await place()
    const ran: string[] = []
    const slow = step("a", ran, {
      async run() {
        ran.push("a")
        await new Promise((resolve) => setTimeout(resolve, 100))
      },
    })
    await Promise.all([runSteps([slow], options), runSteps([slow], options)])
    expect(ran).toEqual(["a"])
  })
})

describe("what fails", () => {
  test("leaves no output, keeps what was finished, and goes on from there", async () => {
    const options = await place()
    const ran: string[] = []
    let broken = true
    const steps = [
      step("base", ran),
      step("image", ran, {
        needs: ["base"],
        async run(ctx) {
          await writeFile(join(ctx.out, "half"), "")
          await ctx.exec("sh", ["-c", "echo something is wrong >&2; exit $0", broken ? "3" : "0"])
        },
      }),
      step("after", ran, { needs: ["image"] }),
    ]
    const error = await runSteps(steps, options).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(StepError)
    expect((error as StepError).step).toBe("image")
    expect((error as StepError).lastLines.join("\n")).toContain("something is wrong")
    expect((error as StepError).message).toContain("exit status 3: something is wrong")
    broken = false
    const outputs = await runSteps(steps, options)
    expect(outputs.missing).toEqual(["image", "after"])
    expect(await readdir(outputs.output("image"))).toEqual(["half"])
    expect(ran).toEqual(["base", "after"])
  })

  test("what runs beside it ends, and nothing new starts", async () => {
    const options = await place()
    const ran: string[] = []
    const cost = { memory: 1, cores: 1, seconds: 60 }
    const fails = step("fails", ran, { cost, run: async (ctx) => void (await ctx.exec("false", [])) })
    const beside = step("beside", ran, {
      cost,
      async run(ctx) {
        await ctx.exec("sleep", ["0.3"])
        ran.push("beside")
      },
    })
    const later = step("later", ran, { fetch: async () => Promise.reject(new Error("is not asked for")) })
    const machine = { memory: 2, cores: 2, downloads: 1 }
    const error = await runSteps([fails, beside, later], { ...options, machine }).catch((caught) => caught)
    expect(error).toMatchObject({ step: "fails" })
    expect(ran).toEqual(["beside"])
  })

  test("downloads that fail are a failure of their step, with a log of their own", async () => {
    const options = await place()
    const refused = step("a", [], {
      async fetch(ctx) {
        await ctx.exec("sh", ["-c", "echo 403 Forbidden >&2; exit 1"])
        return []
      },
    })
    const error = await runSteps([refused], options).catch((caught) => caught)
    expect(error).toMatchObject({ step: "a-downloads", log: join(options.cache, "logs/a-downloads.log") })
    expect(error.lastLines.join()).toContain("403 Forbidden")
  })

  test("what a killed run left half done is not used", async () => {
    const options = await place()
    const ran: string[] = []
    const steps = [step("a", ran)]
    const { output } = await runSteps(steps, options)
    const half = `${output("a")}x.unfinished`
    await mkdir(half)
    await runSteps([step("a", ran, { values: ["2"] })], options)
    expect(existsSync(half)).toBe(false)
  })

  test("a need that does not exist, and needs in a circle, are named", async () => {
    const options = await place()
    await expect(runSteps([step("a", [], { needs: ["b"] })], options)).rejects.toThrow(/a needs b/)
    const circle = [step("a", [], { needs: ["b"] }), step("b", [], { needs: ["a"] })]
    await expect(runSteps(circle, options)).rejects.toThrow("a → b → a")
  })

  test("reading an output that is not in needs is refused", async () => {
    const options = await place()
    const steps = [step("a", []), step("b", [], { run: async (ctx) => void ctx.output("a") })]
    await expect(runSteps(steps, options)).rejects.toThrow(/without naming it in needs/)
  })

  test("a command that is not there is said to be so", async () => {
    const options = await place()
    const steps = [step("a", [], { run: async (ctx) => void (await ctx.exec("no-such-command", [])) })]
    await expect(runSteps(steps, options)).rejects.toThrow("no-such-command: is not installed")
  })
})
