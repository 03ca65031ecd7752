import { expect, test } from "vitest"
import { decideFindings } from "../../../src/gates/engine/decide-findings.ts"
import { readFindings } from "../../../src/gates/formats/findings.ts"
import { recorded } from "./recorded.ts"

const api = { name: "api", path: "api", workdir: "/app" }
const judge = (text: string, exitCode: number) =>
  decideFindings("api", readFindings("mypy-json", [text], api), exitCode, "mypy")
const line = (severity: string, more: object = {}) =>
  `${JSON.stringify({ file: "/app/src/quotes/wrong.py", line: 6, column: 11, message: "no", hint: null, code: "return-value", severity, ...more })}\n`

test("a clean run passes", () => {
  expect(judge(recorded("mypy/clean.txt"), 0)).toMatchObject({ findings: [], errors: [] })
})

test("an error is a finding with file, line, column and rule; its hint belongs to it", () => {
  expect(judge(line("error", { hint: "a list?" }), 1)).toMatchObject({
    errors: [],
    findings: [
      {
        rule: "return-value",
        severity: "high",
        message: "no (a list?)",
        location: { file: "api/src/quotes/wrong.py", line: 6, column: 12 },
      },
    ],
  })
})

test("notes alone refuse nothing, though mypy ends with 1 for them", () => {
  expect(judge(line("note"), 1)).toMatchObject({ errors: [], findings: [{ severity: "info" }] })
})

test.each([
  ["an end with 1 and no message", "\n", 1],
  ["a file that stops it", "mypy: can't read file 'nothing': No such file or directory\n", 2],
])("%s is an error", (_, text, exitCode) => {
  expect(judge(text, exitCode).errors).toHaveLength(1)
})

test.each([
  ["cut off", line("error").slice(0, 40)],
  ["of another form", "<xml/>\n"],
  ["of another shape", "{}\n"],
])("a report that is %s is not read", (_, text) => {
  expect(() => judge(text, 1)).toThrow(/the report is not what mypy-json is/)
})
