import { describe, expect, test } from "vitest"
import { endOf, gatesError } from "../../../pipelines/gate-end.ts"
import { type ErrorCode, errorCodes, exitCodeOf, sha256, verdicts } from "../../../src/domain/index.ts"

const end = (verdict: string, more: { incomplete?: boolean; approvable?: string } = {}) => {
  const { incomplete = false, approvable } = more
  return endOf({ verdict, incomplete, approvable, call: "gates … assert", markdown: "report" })
}

/** The code that heads what a call prints, and the exit code of that code. */
const heading = (stderr = "") => {
  const [code = ""] = /^[A-Z_]+/.exec(stderr) ?? []
  return [code, errorCodes[code as ErrorCode]]
}

describe("V04 how a report ends", () => {
  test.each([
    ["pass", 0],
    ["waived", 0],
    ["fail", 10],
    ["error", 11],
    ["inconclusive", 12],
  ])("%s is %i", (verdict, code) => {
    expect(end(verdict)).toEqual({ exitCode: code, stdout: "report" })
  })

  test("a report that leaves gates out is no pass, whoever left them out", () => {
    const { exitCode, stderr } = end("pass", { incomplete: true })
    expect([exitCode, stderr]).toEqual([11, expect.stringContaining("assert --partial")])
    expect(heading(stderr)).toEqual(["REPORT_PARTIAL", 11])
  })

  test("what fails, fails also where gates are left out", () => {
    expect(end("fail", { incomplete: true })).toEqual({ exitCode: 10, stdout: "report" })
  })

  const hash = sha256("own")

  test("P04 a tree that passes only by its own policy waits for approval, by the heading of that code", () => {
    const { exitCode, stderr } = end("fail", { approvable: hash })
    expect([exitCode, ...heading(stderr)]).toEqual([17, "APPROVAL_REQUIRED", 17])
  })

  test("P02 and is told the whole line, with the hash before the name of the function", () => {
    expect(end("fail", { approvable: hash }).stderr).toContain(
      `dagger call --approve-policy ${hash} gates … assert (--approve-policy before the name of the function)`,
    )
  })

  test.each(verdicts.filter((verdict) => exitCodeOf(verdict) !== 0))(
    "sibling of P04: gates that end with %s are headed by a code that ends in the same exit code",
    (verdict) => {
      const error = gatesError(verdict, "v1.0.0 is not released")
      expect([error.exitCode, heading(error.message)[1]]).toEqual([exitCodeOf(verdict), exitCodeOf(verdict)])
    },
  )
})
