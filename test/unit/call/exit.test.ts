/** How a failed call ends: with its own error and exit code, without any image. */
import { ExecError } from "@dagger.io/dagger"
import { describe, expect, it, test } from "vitest"
import { attempt, conclude, type Outcome, settle } from "../../../src/call/index.ts"
import { ExitCode, SignalboxError } from "../../../src/domain/index.ts"

/** As the engine says it. */
const pullError =
  'failed to resolve image "docker.io/library/node:24.9.0" (platform: "linux/amd64"): failed to do request: dial tcp: no route to host'
const refused = new SignalboxError("POLICY_REFUSED", {
  what: "the record is refused",
  where: "record.json",
  why: "its gate failed",
  next: "publish a new version",
})

async function endOf(work: Promise<unknown>): Promise<ExecError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof ExecError) return thrown
  throw new Error(`the call did not end as a failed exec does: ${String(thrown)}`)
}

const ended = async (outcome: Outcome) => conclude(outcome)

describe("sibling of V24: a call that fails", () => {
  test("ends with its own exit code, output and error", async () => {
    const outcome = await settle(() => Promise.reject(refused))
    const { exitCode, extensions, message } = await endOf(ended({ ...outcome, stdout: "FAIL gate lint\n" }))
    expect(exitCode).toBe(16)
    // What the SDK passes on to the engine, and the CLI reads.
    expect(extensions).toEqual({ _type: "EXEC_ERROR", exitCode: 16 })
    expect(message.split("\n")).toEqual([
      "exit code: 16",
      "Stdout:",
      "FAIL gate lint",
      "Stderr:",
      "POLICY_REFUSED: the record is refused",
      "  where: record.json",
      "  why:   its gate failed",
      "  next:  publish a new version",
    ])
  })

  test.each([10, 11, 12, 13, 14, 15, 16, 17, 18] as const)("ends with %i", async (exitCode) => {
    expect((await endOf(ended({ exitCode, stdout: "" }))).exitCode).toBe(exitCode)
  })

  test("ends with the code of a body that throws, where it returns an object", async () => {
    const thrown = await endOf(attempt(() => Promise.reject(refused)))
    expect(thrown.exitCode).toBe(16)
    expect(thrown.message).toContain("POLICY_REFUSED: the record is refused")
  })

  test("gives no orders to the terminal", async () => {
    const { message } = await endOf(ended({ exitCode: ExitCode.error, stdout: "", stderr: "a\u001b[31mb" }))
    expect(message).toMatch(/\nab$/)
  })

  test("does not where it passes", async () => {
    expect(await ended({ exitCode: ExitCode.pass, stdout: "done\n" })).toBe("done\n")
  })
})

describe("sibling of V24: what the engine says of what it cannot get", () => {
  it.each([
    ['secret env var not found: "PASSWORD"', 13, /^SECRET_MISSING: .*does not exist/],
    ['failed to read secret file "pw.txt": no such file', 13, /^SECRET_MISSING: /],
    ['failed to run secret command "false": exit status 1', 13, /^SECRET_MISSING: /],
    [
      pullError,
      11,
      /^REGISTRY_UNREACHABLE: an image cannot be pulled\n {2}where: docker.io\/library\/node:24.9.0\n.*why: .*next:/s,
    ],
    ["something else", 11, /^INTERNAL: input: something else$/],
  ])("%s ends with %i", async (message, code, says) => {
    const ended = await endOf(
      attempt(() => Promise.reject(new Error(`input: ${message} [traceparent:00-01]`))),
    )
    expect(ended.exitCode).toBe(code)
    expect(ended.message.replace(/^exit code: \d+\nStderr:\n/, "")).toMatch(says)
    expect(ended.message).not.toContain("traceparent")
  })
})
