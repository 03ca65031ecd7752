/** How the end of one of our programs is read: by its exit code and error.json, never by what it printed. */
import { describe, expect, it, test } from "vitest"
import { endOf, type ProgramOutput } from "../../../src/call/index.ts"
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

describe("a program that says why it fails", () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])("is taken at its word: %s", async (code) => {
    const output = failed(code)
    const end = await endOf(driver, errorCodes[code], output)
    expect(end).toMatchObject({ exitCode: errorCodes[code], stderr: output.stderr })
    expect(end.error).toMatchObject({ code, detail })
  })

  it("is not taken by what stands on stderr, which is for people", async () => {
    const stderr = "STATE_DAMAGED: said by somebody else\nUSAGE: and this\n"
    const end = await endOf(driver, 14, { ...failed("LOCKED"), stderr })
    expect(end).toMatchObject({ exitCode: 14, stderr, error: { code: "LOCKED", detail } })
  })

  it("passes on what the error was caused by, unless nobody has looked at it for secrets", async () => {
    const cause = new TypeError("fetch failed", { cause: new Error("ECONNREFUSED 10.0.0.1:5000") })
    const end = await endOf(driver, 11, failed("REGISTRY_UNREACHABLE", cause))
    const words = "TypeError: fetch failed; caused by Error: ECONNREFUSED 10.0.0.1:5000"
    expect(end.error?.cause).toMatchObject({ message: words })
    const error = new SignalboxError("KUBECONFIG_REFUSED", { what: "no" }, { cause: new Error("token: abc") })
    expect(JSON.stringify(programError(error))).not.toContain("abc")
    expect(programError(error, (text) => text.replace("abc", "(secret)")).cause).toBe(
      "Error: token: (secret)",
    )
  })
})

describe("a program that died is an error (11), with its last words and what to do next:", () => {
  const words = `${Array.from({ length: 40 }, (_, line) => `line ${line}`).join("\n")}\nheap out of memory\n`

  test.each([
    [137, /signal 9: somebody killed it, or there was not enough memory/],
    [134, /ended by signal 6/],
    [1, /it ended with 1/],
    // What Node itself ends with, and what is one of our codes: neither is a verdict.
    [13, /it ended with 13/],
    [10, /it ended with 10/],
  ])("exit code %s without error.json", async (code, why) => {
    const end = await endOf(driver, code, { ...silent, stdout: "progress\n", stderr: words })
    expect(end).toMatchObject({ exitCode: ExitCode.error, stdout: "progress\n" })
    expect(end.error).toMatchObject({
      code: "TOOL_FAILED",
      detail: {
        what: "the driver died before it could say how it ended",
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
    ["has a code that is none", '{"schemaVersion":1,"code":"toString","detail":{"what":"x"},"cause":null}'],
    ["does not say what", '{"schemaVersion":1,"code":"USAGE","detail":{},"cause":null}'],
    ["explains another exit code", failed("LOCKED").error ?? ""],
  ])("error.json %s", async (_, error) => {
    const end = await endOf(driver, 13, { ...silent, stderr: "its words\n", error })
    expect(end.error).toMatchObject({
      code: "TOOL_FAILED",
      detail: { why: expect.stringContaining("its words") },
    })
    expect(end.exitCode).toBe(ExitCode.error)
  })

  test("without a word on stderr, what it printed is shown", async () => {
    const end = await endOf(driver, 137, { ...silent, stdout: "  1.0s  roll-out: Helm upgrade\n" })
    expect(end.stderr).toContain("roll-out: Helm upgrade")
  })
})

test("a program that ends with 0 has done what it was asked", async () => {
  const output = { ...silent, stdout: "done\n" }
  expect(await endOf(driver, 0, output)).toEqual({ exitCode: 0, stdout: "done\n", stderr: "", error: null })
})
