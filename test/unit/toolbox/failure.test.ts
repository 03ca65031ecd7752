import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { SignalboxError } from "../../../src/domain/index.ts"
import { whyFailed } from "../../../src/toolbox/failure.ts"

test("the last lines of what the tool said on stderr, without the engine's traces and colours", () => {
  const stderr = `${"noise\n".repeat(50)}\u001b[31mFATAL no database\u001b[39m [traceparent:00-ab-cd]\n`
  expect(whyFailed({ stderr, stdout: "x", message: "exit code: 1" }).split("\n").at(-1)).toBe(
    "FATAL no database",
  )
  expect(whyFailed({ stderr, stdout: "x" }).split("\n")).toHaveLength(8)
})

test("without stderr stdout, without both the message", () => {
  expect(whyFailed({ stderr: " ", stdout: "said", message: "exit code: 1" })).toBe("said")
  expect(whyFailed(new Error("connection refused [traceparent:1]"))).toBe("connection refused")
  expect(whyFailed("plain")).toBe("plain")
  expect(whyFailed(undefined)).toBe("undefined")
})

test("an error of ours speaks for itself", () => {
  expect(whyFailed(new SignalboxError("DATABASE_MISSING", { what: "none", next: "name one" }))).toBe(
    "DATABASE_MISSING: none\n  next:  name one",
  )
})

test("npm's own help does not hide what it found", () => {
  const stderr = readFileSync("test/recorded/npm/ci-out-of-sync.txt", "utf8")
  expect(whyFailed({ stderr }).split("\n")).toEqual([
    "npm error code EUSAGE",
    expect.stringContaining("package-lock.json or npm-shrinkwrap.json are in sync"),
    "npm error Missing: semver@7.7.1 from lock file",
  ])
})
