import { describe, expect, test } from "vitest"
import { decideFindings } from "../../../src/gates/engine/decide-findings.ts"
import { readEslint } from "../../../src/gates/formats/eslint.ts"
import { readFindings } from "../../../src/gates/formats/findings.ts"
import { backend, recorded } from "./recorded.ts"

const read = (file: string) => readEslint(recorded(`eslint/${file}`), backend)
const judge = (text: string, exitCode: number) =>
  decideFindings("backend", readFindings("eslint-json", [text], backend), exitCode, "eslint")

describe("lint", () => {
  test("clean", () => {
    const judged = judge(recorded("eslint/clean.json"), 0)
    expect(judged.errors).toEqual([])
    expect(judged.figures.files).toBeGreaterThan(0)
  })

  test("errors are findings that refuse", () => {
    const { findings } = read("findings.json")
    expect(findings.find(({ rule }) => rule === "prefer-const")).toMatchObject({
      severity: "high",
      location: { file: "apps/backend/src/findings.ts", line: 2 },
      subject: "'first' is never reassigned. Use 'const' instead.",
    })
  })

  test("code that does not parse is a finding", () => {
    expect(read("parse-error.json").findings).toMatchObject([{ rule: "parse-error", severity: "high" }])
  })

  test("what comments in the code switch off is told, and refuses nothing", () => {
    const [message] = [{ ruleId: "no-eval", severity: 2, message: "eval is harmful.", line: 3, column: 1 }]
    const text = JSON.stringify([{ filePath: "/src/a.ts", messages: [], suppressedMessages: [message] }])
    expect(readEslint(text, backend)).toMatchObject({
      suppressed: 1,
      findings: [
        { severity: "info", rule: "no-eval", message: "switched off in the code: eval is harmful." },
      ],
    })
  })

  test("G11 files that ESLint ignores are not looked at: where all are, that is an error", () => {
    const judged = judge(recorded("eslint/ignored.json"), 0)
    expect(judged.errors).toEqual(["backend: eslint looked at no file"])
    expect(judged.figures).toMatchObject({ files: 0, ignored: 3 })
  })

  test("sibling of G11: where some are ignored, the summary says how many", () => {
    const [first] = JSON.parse(recorded("eslint/ignored.json"))
    const clean = JSON.parse(recorded("eslint/clean.json"))
    const judged = judge(JSON.stringify([first, ...clean]), 0)
    expect(judged.errors).toEqual([])
    expect(judged.summary).toBe(`backend: ${clean.length} files, 1 ignored`)
  })

  test("sibling of G11: of the older eslintrc, which warns in other words", () => {
    const message = "File ignored by default. Use a negated ignore pattern to override."
    const text = JSON.stringify([
      { filePath: "/src/.a.js", messages: [{ ruleId: null, severity: 1, message }] },
    ])
    expect(judge(text, 0).errors).toEqual(["backend: eslint looked at no file"])
  })

  test("an empty list is an error: nothing was looked at", () => {
    expect(judge("[]", 0).errors).toEqual(["backend: eslint looked at no file"])
  })

  test("refused for warnings only (--max-warnings) is an error, never a pass", () => {
    expect(judge(recorded("eslint/clean.json"), 1).errors).toHaveLength(1)
  })

  test.each(["", "{}", "not json", '[{"filePath":1}]'])("output %j is unreadable", (text) => {
    expect(() => readEslint(text, backend)).toThrow(/OUTPUT_UNREADABLE/)
  })
})
