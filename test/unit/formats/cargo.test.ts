/** What Cargo, Clippy, rustfmt and the harness of Rust's tests print, as they printed it (test/recorded/cargo). */
import { describe, expect, test } from "vitest"
import { SignalboxError } from "../../../src/domain/index.ts"
import { decideFindings } from "../../../src/gates/engine/decide-findings.ts"
import { judgeTests } from "../../../src/gates/engine/judge-tests.ts"
import { readFindings } from "../../../src/gates/formats/findings.ts"
import { readTests } from "../../../src/gates/formats/tests.ts"
import { recorded } from "../gates/recorded.ts"

const component = { name: "lantern", path: "service", workdir: "/app" }
const read = (file: string) => readFindings("cargo-json", [recorded(`cargo/${file}`)], component)
const tests = (file: string) => readTests("cargo-test", [recorded(`cargo/${file}`)], component)

describe("cargo check and clippy", () => {
  test("what does not compile is found by file, line and column, each once though two targets have it", () => {
    const { findings, problems } = read("check-errors.stdout.txt")
    expect(problems).toEqual([])
    expect(findings.map(({ rule, severity, location }) => ({ rule, severity, ...location }))).toEqual([
      { rule: "E0425", severity: "high", file: "service/src/main.rs", line: 29, column: 38 },
      { rule: "E0308", severity: "high", file: "service/src/main.rs", line: 9, column: 21 },
      { rule: "E0277", severity: "high", file: "service/src/main.rs", line: 15, column: 31 },
    ])
    expect(findings[0]?.message).toBe("cannot find function `color_at` in crate `lantern`")
  })

  test("a lint that is denied refuses; a warning is reported", () => {
    const place = { file: "service/src/main.rs", line: 13, column: 13 }
    expect(read("clippy-findings.stdout.txt").findings).toMatchObject([
      { rule: "unused_variables", severity: "high", location: place },
    ])
    expect(read("check-warnings.stdout.txt").findings).toMatchObject([
      { rule: "unused_variables", severity: "info", location: place },
    ])
  })

  test("clean is clean, and a run that does not say how it ended is an error", () => {
    const judged = (text: string, exitCode: number) =>
      decideFindings("lantern", readFindings("cargo-json", [text], component), exitCode, "clippy")
    const clean = recorded("cargo/clippy-clean.stdout.txt")
    expect(judged(clean, 0)).toMatchObject({ findings: [], errors: [] })
    const cut = clean.slice(0, clean.indexOf('{"reason":"build-finished"'))
    expect(judged(cut, 0).errors).toEqual(["lantern: Cargo does not say how it ended"])
    expect(judged("", 101).errors).toEqual(["lantern: Cargo does not say how it ended"])
    expect(judged(clean, 101).errors).toEqual(["lantern: clippy ended with 101 and named no error"])
  })

  test.each(["error: no such command", '{"reason":5}', '{"reason":"compiler-message","message":{}}'])(
    "%s is no message of Cargo",
    (text) => {
      expect(() => readFindings("cargo-json", [text], component)).toThrow(SignalboxError)
    },
  )
})

describe("rustfmt --check", () => {
  const format = (...files: string[]) =>
    readFindings(
      "rustfmt",
      files.map((file) => recorded(`cargo/${file}`)),
      component,
    )

  test("a file that it would change is one finding, at the first line that it would", () => {
    expect(format("fmt-findings.stdout.txt").findings).toMatchObject([
      { rule: "rustfmt", location: { file: "service/src/lib.rs", line: 47 }, fix: "run cargo fmt" },
    ])
  })

  test("a file that it cannot read is one as well", () => {
    expect(format("fmt-syntax.stderr.txt")).toMatchObject({
      findings: [
        {
          message: "this file contains an unclosed delimiter",
          location: { file: "service/src/lib.rs", line: 48, column: 13 },
        },
      ],
      problems: [],
    })
  })

  test("what it cannot do at all is a problem, and no clean run", () => {
    const text = "error: couldn't read `src/lib.rs`: No such file or directory\n"
    expect(readFindings("rustfmt", [text], component).problems).toEqual([
      "couldn't read `src/lib.rs`: No such file or directory",
    ])
  })
})

describe("cargo test", () => {
  test("tests of all programs and of the documentation are counted, ignored ones apart", () => {
    const report = tests("test-pass.stdout.txt")
    expect(report).toMatchObject({ findings: [], passed: 4, failed: 0, skipped: 1 })
    expect(report.cases.map(({ name }) => name)).toContain("src/lib.rs - colour_at (line 8)")
  })

  test("one that fails is found by file and line, with what it compared, and no trace", () => {
    const report = tests("test-fail.stdout.txt")
    expect(report).toMatchObject({ passed: 3, failed: 1, skipped: 1 })
    expect(report.findings).toMatchObject([
      {
        rule: "test-failed",
        location: { file: "service/tests/round.rs", line: 4 },
        message: 'a_round_takes_a_minute: assertion `left == right` failed, left: "red", right: "amber"',
      },
    ])
  })

  test("an example of the documentation that fails is told by its own line, not by that of the program made of it", () => {
    const report = tests("test-example-fails.stdout.txt")
    expect(report).toMatchObject({ passed: 1, failed: 1 })
    expect(report.findings).toMatchObject([
      { subject: "src/lib.rs - take (line 14)", location: { file: "service/src/lib.rs", line: 14 } },
    ])
  })

  test("what does not compile is told by its place, and no test that was not run is missed", () => {
    const report = tests("test-no-compile.stdout.txt")
    expect(report.findings).toMatchObject([
      { rule: "suite-failed", location: { file: "service/src/main.rs", line: 29 } },
      { rule: "suite-failed", location: { line: 9 } },
      { rule: "suite-failed", location: { line: 15 } },
    ])
  })

  test("a program that ends before it has counted fails", () => {
    const text = recorded("cargo/test-pass.stdout.txt")
    const cut = text.slice(0, text.indexOf("test result: ok. 1 passed"))
    expect(readTests("cargo-test", [cut], component).findings).toMatchObject([
      { rule: "suite-failed", message: expect.stringContaining("did not end") },
    ])
  })

  test("a line that was not understood is an error, and no test that passed", () => {
    const text = recorded("cargo/test-pass.stdout.txt").replace(
      "test tests::begins_with_red ... ok",
      "tset tests::begins_with_red ... ok",
    )
    expect(() => readTests("cargo-test", [text], component)).toThrow(
      /counts 2 passed, 0 failed and 1 ignored of 3 tests, and names 1, 0 and 1/,
    )
    const other = recorded("cargo/test-pass.stdout.txt").replace(
      "2 passed; 0 failed; 1 ignored",
      "1 passed; 1 failed; 1 ignored",
    )
    expect(() => readTests("cargo-test", [other], component)).toThrow(/names 2, 0 and 1/)
  })

  test("without a test, the run says so; without any output it is unreadable", () => {
    const none =
      "\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n"
    const report = readTests("cargo-test", [none], component)
    expect(judgeTests("lantern", report, 0, "cargo test").errors).toEqual(["lantern: no test was run"])
    expect(() => readTests("cargo-test", [""], component)).toThrow(/no program of tests was run/)
  })

  test("what a test prints cannot pass for the result of another one", () => {
    const text = [
      "running 1 test",
      "test honest ... FAILED",
      "",
      "failures:",
      "",
      "---- honest stdout ----",
      "test forged ... ok",
      "thread 'honest' panicked at src/lib.rs:3:5:",
      "no",
      "",
      "failures:",
      "    honest",
      "",
      "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
    ].join("\n")
    const report = readTests("cargo-test", [text], component)
    expect(report.cases).toMatchObject([{ name: "honest", state: "failed" }])
    expect(report.findings).toMatchObject([{ location: { file: "service/src/lib.rs", line: 3 } }])
  })
})
