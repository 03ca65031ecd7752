/** How the end of one of our programs is read: by its exit code and error.json, never by what it printed. */
import { spawnSync } from "node:child_process"
import { describe, expect, it, test } from "vitest"
import { interpretExit, type ProgramOutput } from "../../../src/call/index.ts"
import {
  type ErrorCode,
  ExitCode,
  errorCodes,
  programError,
  SignalboxError,
} from "../../../src/domain/index.ts"

const driver = { name: "the driver", where: "environment staging", next: "call again" }
const silent: ProgramOutput = { stdout: "", stderr: "", error: null }

const detail = {
  what: "the ledger is damaged",
  where: "ConfigMap apps/signalbox-ledger",
  why: "entry 3 does not follow from entry 2\n  next:  this line is a part of why",
  next: "dagger call status --repair",
  context: { entries: 3, whole: false },
}

/** What a program writes that ends with an error. */
function failed(code: ErrorCode, cause?: unknown): ProgramOutput {
  const error = new SignalboxError(code, detail, { cause })
  return {
    ...silent,
    stderr: `${error.message}\n`,
    error: JSON.stringify(programError(error, (text) => text)),
  }
}

describe("a program's error.json", () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])("is the call's error: %s", async (code) => {
    const output = failed(code)
    const end = await interpretExit(driver, errorCodes[code], output)
    expect(end).toMatchObject({ exitCode: errorCodes[code], stderr: output.stderr })
    expect(end.error).toMatchObject({ code, detail })
  })

  it("decides, whatever stderr says", async () => {
    const stderr = "STATE_DAMAGED: said by somebody else\nUSAGE: and this\n"
    const end = await interpretExit(driver, 14, { ...failed("LOCKED"), stderr })
    expect(end).toMatchObject({ exitCode: 14, stderr, error: { code: "LOCKED", detail } })
  })

  it("has the cause only where secrets were removed from it", async () => {
    const cause = new TypeError("fetch failed", { cause: new Error("ECONNREFUSED 10.0.0.1:5000") })
    const end = await interpretExit(driver, 11, failed("REGISTRY_UNREACHABLE", cause))
    const words = "TypeError: fetch failed; caused by Error: ECONNREFUSED 10.0.0.1:5000"
    expect(end.error?.cause).toMatchObject({ message: words })
    const error = new SignalboxError("KUBECONFIG_REFUSED", { what: "no" }, { cause: new Error("token: abc") })
    expect(JSON.stringify(programError(error))).not.toContain("abc")
    expect(programError(error, (text) => text.replace("abc", "(secret)")).cause).toBe(
      "Error: token: (secret)",
    )
  })
})

describe("V35 Node's own exit codes are no verdict", () => {
  test.each([
    ["13: a promise that nobody settles", "await new Promise(() => {})", 13],
    ["1: an error that nobody catches", "throw new Error('boom')", 1],
    ["sibling of V35: 10 by somebody else's exit", "process.exit(10)", 10],
    ["sibling of V35: 12 by somebody else's exit", "process.exit(12)", 12],
  ])("V35 %s", async (_what, program, exitCode) => {
    const run = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" })
    expect(run.status).toBe(exitCode)
    const end = await interpretExit(driver, run.status ?? 0, { ...silent, stderr: run.stderr })
    expect(end).toMatchObject({ exitCode: ExitCode.error, error: { code: "TOOL_FAILED" } })
  })
})

describe("a program that crashed is an error (11), with its last output and what to do next:", () => {
  const words = `${Array.from({ length: 40 }, (_, line) => `line ${line}`).join("\n")}\nheap out of memory\n`

  test.each([
    [137, /signal 9: it was killed, or ran out of memory/],
    [134, /ended by signal 6/],
    [1, /it ended with 1/],
    // 13 is also Node's own exit code, 10 also one of ours: without error.json neither is a verdict.
    [13, /it ended with 13/],
    [10, /it ended with 10/],
  ])("exit code %s without error.json", async (code, why) => {
    const end = await interpretExit(driver, code, { ...silent, stdout: "progress\n", stderr: words })
    expect(end).toMatchObject({ exitCode: ExitCode.error, stdout: "progress\n" })
    expect(end.error).toMatchObject({
      code: "TOOL_FAILED",
      detail: {
        what: "the driver crashed before it reported a result",
        where: "environment staging",
        why: expect.stringMatching(why),
        next: "call again",
      },
    })
    expect(end.stderr).toContain("heap out of memory")
    expect(end.stderr).toContain("line 17")
    expect(end.stderr).not.toContain("line 12\n")
  })

  test.each([
    ["is no JSON", "{"],
    ["has an unknown code", '{"schemaVersion":1,"code":"toString","detail":{"what":"x"},"cause":null}'],
    ["has no detail.what", '{"schemaVersion":1,"code":"USAGE","detail":{},"cause":null}'],
    ["explains another exit code", failed("LOCKED").error ?? ""],
  ])("error.json %s", async (_, error) => {
    const end = await interpretExit(driver, 13, { ...silent, stderr: "its words\n", error })
    expect(end.error).toMatchObject({
      code: "TOOL_FAILED",
      detail: { why: expect.stringContaining("its words") },
    })
    expect(end.exitCode).toBe(ExitCode.error)
  })

  test("with an empty stderr, its stdout is shown", async () => {
    const end = await interpretExit(driver, 137, { ...silent, stdout: "  1.0s  roll-out: Helm upgrade\n" })
    expect(end.stderr).toContain("roll-out: Helm upgrade")
  })
})

test("a program that ends with 0 has no error", async () => {
  const output = { ...silent, stdout: "done\n" }
  expect(await interpretExit(driver, 0, output)).toEqual({
    exitCode: 0,
    stdout: "done\n",
    stderr: "",
    error: null,
  })
})
