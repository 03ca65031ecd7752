/** What `go test -json` of Go 1.26 printed. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { judgeTests } from "../../../src/gates/engine/judge-tests.ts"
import { readGoTest } from "../../../src/gates/formats/go-test.ts"

const recorded = (name: string) =>
  readFileSync(new URL(`../../recorded/go/test-${name}.json`, import.meta.url), "utf8")
const component = { name: "api", path: "apps/api", workdir: "/src" }
const read = (name: string) => readGoTest(recorded(name), component)
const findings = (name: string) =>
  read(name).findings.map(({ rule, message, location }) => [rule, message, location])

describe("what failed, passed and was left out", () => {
  test("tests and their parts; a package without tests is nobody's failure", () => {
    expect(read("pass")).toMatchObject({ passed: 3, failed: 0, skipped: 1, findings: [] })
    expect(read("fail").cases.map(({ name, state }) => [name, state])).toEqual([
      ["example.org/shop TestAdd", "passed"],
      ["example.org/shop TestFails", "failed"],
      ["example.org/shop TestFails/in_<here>", "failed"],
      ["example.org/shop TestLeftOut", "skipped"],
    ])
  })

  test("a failure is told once, by the part that failed, with its words", () => {
    expect(findings("fail")).toEqual([
      ["test-failed", "example.org/shop TestFails/in_<here>: add_test.go:6: got 3, want 4", undefined],
    ])
  })

  test("a panic is the failure of its test, at the first place in the component's own files", () => {
    expect(findings("panic")).toEqual([
      [
        "test-failed",
        "example.org/shop TestPanics: panic: no [recovered, repanicked]",
        { file: "apps/api/add.go", line: 5 },
      ],
    ])
  })

  test("a package that does not compile is a failure with the compiler's words and place; the others are counted", () => {
    expect(findings("build-fail")).toEqual([
      [
        "suite-failed",
        "example.org/shop/broken: broken/b_test.go:5:32: undefined: undefined",
        { file: "apps/api/broken/b_test.go", line: 5 },
      ],
    ])
    expect(read("build-fail")).toMatchObject({ passed: 3, failed: 0 })
  })

  test("a package that ends before its tests do is a failure", () => {
    expect(findings("main-exits")).toEqual([["suite-failed", "example.org/shop: exit status 3", undefined]])
  })

  test("a package that has begun and not ended has failed, though its tests until then did not", () => {
    const text = [
      { Action: "start", Package: "example.org/shop" },
      { Action: "run", Package: "example.org/shop", Test: "TestAdd" },
      { Action: "pass", Package: "example.org/shop", Test: "TestAdd" },
    ]
      .map((one) => JSON.stringify(one))
      .join("\n")
    expect(readGoTest(text, component).findings).toMatchObject([
      { rule: "suite-failed", message: "example.org/shop: it began and did not end" },
    ])
  })

  test("a test that has begun and not ended has failed", () => {
    const lines = recorded("pass").split("\n")
    const begun = lines.filter((line) => !/"Action":"pass".*"Test":"TestAdd"/.test(line)).join("\n")
    expect(begun).not.toBe(recorded("pass"))
    const { findings: found } = readGoTest(begun, component)
    expect(found).toMatchObject([
      { rule: "test-failed", message: "example.org/shop TestAdd: it began and did not end" },
    ])
  })
})

test("no test at all is an error of the gate, never a pass", () => {
  expect(judgeTests("api", read("none"), 0, "go").errors).toEqual(["api: no test was run"])
})

test.each([
  ["nothing", ""],
  ["what go test prints without -json", "ok  \texample.org/shop\t0.006s\n"],
  ["half a line", recorded("pass").slice(0, 120)],
  ["JSON of another kind", '{"tests":3}'],
])("%s cannot be read", (_, text) => {
  expect(() => readGoTest(text, component)).toThrow(/OUTPUT_UNREADABLE: the report is not what go-test is/)
})
