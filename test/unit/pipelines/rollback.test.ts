import type { Directory } from "@dagger.io/dagger"
import { describe, expect, test } from "vitest"
import type { Release } from "../../../pipelines/bundle.ts"
import { historyText, ifReadable, withNote } from "../../../pipelines/operate.ts"
import { conclude } from "../../../src/call/index.ts"
import { type ErrorCode, ExitCode, recordDigest, SignalboxError, sha256 } from "../../../src/domain/index.ts"

const release: Release = {
  record: { version: "1.0.0" } as Release["record"],
  reference: "",
  files: {} as Directory,
}

test("a manual rollback uses the release's tests where the registry has them", async () => {
  expect(await ifReadable(async () => release)).toEqual({ release, note: null })
})

test.each<[string, ErrorCode]>([
  ["an unreachable registry", "REGISTRY_UNREACHABLE"],
  ["V26 a tag that was moved to another record", "STATE_DAMAGED"],
  ["V26 a proxy's page in the place of an answer", "OUTPUT_UNREADABLE"],
  ["sibling of V26: a store program that crashed", "TOOL_FAILED"],
  ["sibling of V26: a record of a newer version", "CONFIG_INVALID"],
])("%s does not keep a bad release running, and the output says so", async (_what, code) => {
  const failing = async () => {
    throw new SignalboxError(code, { what: "it answered something else" })
  }
  expect(await ifReadable(failing)).toEqual({
    release: undefined,
    note: expect.stringMatching(
      new RegExp(`without the registry: ${code}: it answered something else[\\s\\S]*stored in the cluster`),
    ),
  })
})

test("sibling of V26: an error without a code neither", async () => {
  const failing = async () => {
    throw new TypeError("fetch failed")
  }
  expect((await ifReadable(failing)).note).toContain("without the registry: fetch failed")
})

test("sibling of V26: a record that is not the one that was deployed is not used, and the note says so", async () => {
  const { record } = release
  expect(await ifReadable(async () => release, recordDigest(record))).toEqual({ release, note: null })
  expect(await ifReadable(async () => release, sha256("the record that was deployed"))).toEqual({
    release: undefined,
    note: expect.stringMatching(/RECORD_CONFLICT: [\s\S]*the tag was moved[\s\S]*stored in the cluster/),
  })
})

test("sibling of V40: what a ledger says makes no line of its own in the history", () => {
  const forged = "x\n::error::y\r\u001b[2J\u202e"
  const entry = {
    ...{
      sequence: 1,
      at: forged,
      by: forged,
      kind: "deploy",
      version: forged,
      revision: 1,
      outcome: "verified",
    },
    ...{ approvedBy: [forged], reason: forged },
  } as const
  const text = historyText([entry, { ...entry, sequence: 2 }], "staging")
  expect(text.trimEnd().split("\n")).toHaveLength(2)
  expect(text).not.toMatch(/^::|[^\P{Cc}\n]|\p{Cf}/mu)
  expect(historyText([], "staging")).toBe("nothing was ever deployed in staging\n")
})

describe("sibling of V26: a rollback that the registry does not help", () => {
  const note = "rolling back without the registry: the tag was moved"

  test("says so where it succeeds, in the only output that is printed then", () => {
    const outcome = withNote({ exitCode: ExitCode.pass, stdout: "rolled back\n", stderr: "" }, note)
    expect(conclude(outcome)).toBe(`${note}\nrolled back\n`)
  })

  test("says so before its error where it fails", () => {
    const outcome = withNote({ exitCode: ExitCode.error, stdout: "", stderr: "TOOL_FAILED: it\n" }, note)
    expect(outcome).toMatchObject({ stdout: "", stderr: `${note}\nTOOL_FAILED: it\n` })
  })
})
