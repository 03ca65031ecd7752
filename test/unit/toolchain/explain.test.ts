import { expect, test } from "vitest"
import { explain } from "../../../toolchain/commands/explain.ts"
import { StepError, ToolchainError } from "../../../toolchain/steps/index.ts"

function explained(error: unknown): { readonly code: number; readonly text: string } {
  let text = ""
  const code = explain(error, (part) => {
    text += part
  })
  return { code, text }
}

const failed = (line: string) =>
  new StepError("tool-k6", "/logs/tool-k6.log", ["go build", line], new Error("go: exit 1"))

test.each([
  ["write /x: no space left on device", /disk is full/],
  ["/usr/lib/go/compile: signal: killed", /Memory ran out/],
  ["reading https://proxy/x: 403 Forbidden", /package registry/],
  ["verifying x@v1: checksum mismatch", /not what was recorded/],
  ["undefined: foo", /Fix the cause, then run this again/],
])("a failed step names step, log, last lines and what to do: %s", (line, help) => {
  const { code, text } = explained(failed(line))
  expect(code).toBe(1)
  for (const part of ["step tool-k6 failed: go: exit 1", "/logs/tool-k6.log", `│ ${line}`])
    expect(text).toContain(part)
  expect(text).toMatch(help)
})

test("an error of our own carries its code, its help and its exit code", () => {
  expect(explained(new ToolchainError("X_Y", "It is so.", "Do this.", 13))).toEqual({
    code: 13,
    text: "✗ It is so. [X_Y]\n  Do this.\n",
  })
})
