import { describe, expect, test } from "vitest"
import { endOf } from "../../../pipelines/gate-end.ts"
import { sha256 } from "../../../src/domain/index.ts"

const end = (verdict: string, more: { incomplete?: boolean; approvable?: string } = {}) =>
  endOf({ verdict, incomplete: more.incomplete ?? false, approvable: more.approvable })

describe("V04 how a report ends", () => {
  test.each([
    ["pass", 0],
    ["waived", 0],
    ["fail", 10],
    ["error", 11],
    ["inconclusive", 12],
  ])("%s is %i", (verdict, code) => {
    expect(end(verdict)).toEqual({ exitCode: code, reason: null })
  })

  test("a report that leaves gates out is no pass, whoever left them out", () => {
    const { exitCode, reason } = end("pass", { incomplete: true })
    expect([exitCode, reason]).toEqual([11, expect.stringContaining("assert --partial")])
  })

  test("what fails, fails also where gates are left out", () => {
    expect(end("fail", { incomplete: true })).toEqual({ exitCode: 10, reason: null })
  })

  test("a tree that passes only by its own policy waits for the approval of that policy", () => {
    const hash = sha256("own")
    const { exitCode, reason } = end("fail", { approvable: hash })
    expect([exitCode, reason]).toEqual([17, expect.stringContaining(`--approve-policy ${hash}`)])
  })
})
