import { expect, it } from "vitest"
import { endOf } from "../../../pipelines/driver.ts"
import { readError } from "../../../pipelines/evidence.ts"
import { ExitCode } from "../../../src/domain/index.ts"

it.each(Object.values(ExitCode))("an end that the driver has chosen stays as it is: %s", (code) => {
  expect(endOf("staging", code, "its words\n")).toEqual({ exitCode: code, stderr: "its words\n" })
})

it.each([
  [137, /signal 9: somebody killed it, or there was not enough memory/],
  [134, /ended by signal 6/],
  [1, /it ended with 1/],
  [2, /it ended with 2/],
])("a driver that died (%s) is no verdict: 11, with what to do next and its last words", (code, why) => {
  const end = endOf("staging", code, "FATAL ERROR: heap out of memory\n")
  expect(end.exitCode).toBe(11)
  expect(end.stderr).toContain("FATAL ERROR: heap out of memory")
  expect(readError(end.stderr)).toMatchObject({
    code: "TOOL_FAILED",
    detail: {
      where: "environment staging",
      why: expect.stringMatching(why),
      next: expect.stringContaining("call again"),
    },
  })
})
