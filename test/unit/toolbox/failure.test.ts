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

test("where somebody knows where the reason stands, that is told, and no more than fits", () => {
  const stderr = `first\n${"noise\n".repeat(50)}last`
  expect(whyFailed({ stderr }, (said) => said.slice(0, 1))).toBe("first")
  expect(whyFailed({ stderr }, (said) => said).split("\n")).toHaveLength(8)
  expect(
    whyFailed({ stderr }, () => null)
      .split("\n")
      .at(-1),
  ).toBe("last")
})

test("a warning on stderr hides no cause on stdout: yarn warns of a missing licence before every script", () => {
  const stdout = "src/a.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'."
  expect(whyFailed({ stderr: "warning package.json: No license field\n", stdout })).toBe(stdout)
  expect(whyFailed({ stderr: "warning: old\nerror: missing\n", stdout })).toBe("warning: old\nerror: missing")
  expect(whyFailed({ stderr: "warning package.json: No license field\n", stdout: "" })).toContain(
    "No license",
  )
})
