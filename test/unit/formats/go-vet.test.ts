/** What go vet, the compiler of Go and gofmt print, as they printed it (test/recorded/go). */
import { describe, expect, test } from "vitest"
import { SignalboxError } from "../../../src/domain/index.ts"
import { decideFindings } from "../../../src/gates/engine/decide-findings.ts"
import { readFindings } from "../../../src/gates/formats/findings.ts"
import { recorded } from "../gates/recorded.ts"

const component = { name: "turnstile", path: "service", workdir: "/app" }
const vet = (text: string) => readFindings("go-vet", [text], component)
const judged = (text: string, exitCode: number) =>
  decideFindings("turnstile", vet(text), exitCode, "go vet").errors

describe("go build and go vet", () => {
  test("every error is found by file, line and column", () => {
    const { findings, problems } = vet(recorded("go/build-errors.txt"))
    expect(problems).toEqual([])
    expect(findings.map(({ location, message }) => [location?.line, location?.column, message])).toEqual([
      [30, 18, 'g.passed.Plus undefined (type "sync/atomic".Int64 has no field or method Plus)'],
      [39, 2, "declared and not used: unused"],
      [40, 9, "undefined: days"],
    ])
    expect(findings[0]?.location?.file).toBe("service/gate/gate.go")
  })

  test("what does not compile is told once, though go vet tells it twice", () => {
    expect(vet(recorded("go/vet-errors.txt")).findings).toEqual(vet(recorded("go/build-errors.txt")).findings)
  })

  test("what go vet finds refuses", () => {
    expect(vet(recorded("go/vet-findings.txt")).findings).toMatchObject([
      { severity: "high", location: { file: "service/gate/gate.go", line: 29, column: 15 } },
    ])
  })

  test("silence is clean where it ended with 0, and an error where it did not", () => {
    expect(judged("", 0)).toEqual([])
    expect(judged("", 1)).toEqual(["turnstile: go vet ended with 1 and named no error"])
  })

  test("what is wrong with the module itself is an error, never a clean run", () => {
    expect(judged('go: warning: "./..." matched no packages\n', 0)).toEqual([
      'turnstile: go: warning: "./..." matched no packages',
    ])
    expect(judged("# x\na.go:1:2: undefined: a\ntoo many errors\n", 1)).toEqual([
      "turnstile: too many errors",
    ])
  })

  test.each(["no-sum.txt", "no-sum-file.txt", "newer.txt", "no-module.txt"])(
    "%s, as Go tells it, does not pass",
    (file) => {
      const text = recorded(`go/${file}`)
      const report = vet(text)
      expect(report.findings.length + judged(text, 1).length).toBeGreaterThan(0)
    },
  )
})

describe("gofmt -d", () => {
  const format = (...texts: string[]) => readFindings("gofmt", texts, component)

  test("a file that it would change is one finding, at the first line that it would", () => {
    expect(format(recorded("go/gofmt-findings.txt"), "").findings).toMatchObject([
      { rule: "gofmt", location: { file: "service/gate/loose.go", line: 2 }, fix: "run gofmt -w on it" },
    ])
  })

  test("a file that is no Go is one by its place", () => {
    expect(format("", recorded("go/gofmt-syntax.txt"))).toMatchObject({
      findings: [
        { message: "expected ')', found '{'", location: { file: "service/gate/loose.go", line: 3 } },
      ],
      problems: [],
    })
  })

  test("differences that name no file or no line are unreadable", () => {
    expect(() => format("diff a.go.orig a.go\n--- a.go.orig\n")).toThrow(SignalboxError)
    expect(() => format("diff of nothing\n@@ -1,2 +1,3 @@\n")).toThrow(SignalboxError)
  })
})
