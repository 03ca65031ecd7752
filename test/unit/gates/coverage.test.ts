import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { judgeCoverage, meetsMinimum, percentText } from "../../../src/gates/coverage/decide.ts"
import { type Unmeasured, unmeasuredSources } from "../../../src/gates/coverage/sources.ts"
import { readCoverage as readAll } from "../../../src/gates/formats/coverage.ts"
import type { CheckRun, GateContext } from "../../../src/gates/gate.ts"
import { recorded } from "./recorded.ts"

const readCoverage = (text: string) => readAll("istanbul", [text])
const manifest = "apps/backend/package.json"
const about = { name: "backend", component: { coverageMinimum: 88 }, manifest, tool: "vitest", exitCode: 0 }
const judge = (covered: number, lines: number, unmeasured: readonly Unmeasured[] = []) =>
  judgeCoverage(about, { covered, lines }, unmeasured)

describe("coverage", () => {
  test("88 % passes, 87.99 % does not", () => {
    expect(judge(8800, 10_000).findings).toEqual([])
    expect(judge(8799, 10_000).findings).toMatchObject([
      {
        rule: "coverage-below-minimum",
        message: "87.99 % of lines are covered, 88 % are required",
        location: { file: manifest },
        fix: "test 1 more line",
        measured: { value: 87.99, better: "higher", unit: "%" },
      },
    ])
  })

  test("is never rounded up: 87.999 % is shown as 87.99 % and fails", () => {
    expect(percentText({ covered: 87_999, lines: 100_000 })).toBe("87.99 %")
    expect(judge(87_999, 100_000).findings).toHaveLength(1)
  })

  test("without a minimum it is reported, and nothing is refused", () => {
    const free = { ...about, component: { coverageMinimum: 0 } }
    const { findings, errors, summary, figures } = judgeCoverage(free, { covered: 1, lines: 10 })
    expect({ findings, errors }).toEqual({ findings: [], errors: [] })
    expect(summary).toBe("backend: 10.00 % of lines, and no minimum")
    expect(figures).toEqual({ backendPercent: 10 })
  })

  test("nothing measured is an error", () => {
    expect(judge(0, 0).errors).toEqual(["backend: no line was measured"])
  })

  test("vitest's summary is read by counts", () => {
    expect(readCoverage(recorded("vitest/coverage-summary.json"))).toMatchObject({ lines: 78, covered: 70 })
    const low = readCoverage(recorded("vitest/coverage-summary-low.json"))
    expect(judgeCoverage(about, low).findings).toHaveLength(1)
  })

  test.each(["", "{}", '{"total":{"lines":{"total":"Unknown"}}}'])("%j is unreadable", (text) => {
    expect(() => readCoverage(text)).toThrow(/OUTPUT_UNREADABLE/)
  })

  test("one covered line more never turns pass into fail", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.nat(4999),
        fc.integer({ min: 0, max: 100 }),
        (lines, some, minimum) => {
          const covered = Math.min(some, lines - 1)
          fc.pre(meetsMinimum({ lines, covered }, minimum))
          expect(meetsMinimum({ lines, covered: covered + 1 }, minimum)).toBe(true)
        },
      ),
    )
  })
})

describe("G05 files that no test loads", () => {
  test("G05 files that no test loads count as uncovered", () => {
    const judged = judge(100, 100, [{ path: "src/refund.ts", lines: 82 }])
    expect(judged.findings).toMatchObject([{ rule: "coverage-below-minimum", severity: "high" }])
    expect(judged.figures).toMatchObject({ backendPercent: 54.94, backendFilesNotMeasured: 1 })
    expect(judge(100, 100, [{ path: "src/types.ts", lines: 0 }]).findings).toEqual([])
    expect(judge(100, 100, [{ path: "src/small.ts", lines: 3 }]).summary).toBe(
      "backend: 97.08 % of 88 % required, with 3 lines of files that no test loads",
    )
  })

  test("sibling of G05: files that the project's own settings leave out are told, with their names", () => {
    const judged = judge(100, 100, [{ path: "src/server.ts" }, { path: "src/a.ts" }])
    expect(judged.summary).toBe("backend: 100.00 % of 88 % required, 2 source files not measured")
    expect(judged.findings).toMatchObject([
      {
        ...{ rule: "coverage-not-measured", severity: "info", location: { file: manifest } },
        message: "2 source files not measured: src/server.ts, src/a.ts",
      },
    ])
    const many = Array.from({ length: 12 }, (_, n) => ({ path: `src/${n}.ts` }))
    expect(judge(1, 1, many).findings[0]?.message).toMatch(/src\/9\.ts, and 2 more$/)
  })

  test("sibling of G05: a command that failed has measured no whole run, whatever its percentage", () => {
    expect(judgeCoverage({ ...about, exitCode: 1 }, { covered: 1, lines: 1 }).errors).toEqual([
      "backend: vitest ended with 1: it has not measured a whole run",
    ])
    expect(judgeCoverage({ ...about, exitCode: 1 }, { covered: 1, lines: 2 })).toMatchObject({
      findings: [{ rule: "coverage-below-minimum" }],
      errors: [expect.any(String)],
    })
  })

  const tree: Readonly<Record<string, string>> = {
    "src/a.ts": "export const a = 1\n",
    "src/refund.ts": "// money\nexport function refund() {\n  return 1\n}\n",
    "src/index.d.ts": "export {}\n",
    "test/a.test.ts": "1\n",
  }
  const component = { path: "web", language: "node" }
  const directory = () => ({
    glob: async () => Object.keys(tree),
    file: (path: string) => ({ contents: async () => tree[path] ?? "" }),
  })
  const context = { request: () => ({ component, source: { directory } }) } as unknown as GateContext
  const run = (format: string, report: string, more = {}) =>
    ({ check: { report: { format }, ...more }, report: [report], workdir: "/app" }) as unknown as CheckRun

  test("G05 are those that the report does not name, with the lines of their code where the runner leaves them out", async () => {
    const lcov = "SF:src/a.ts\nDA:1,1\nend_of_record\n"
    expect(await unmeasuredSources(context, "web", run("lcov", lcov, { loadedOnly: true }))).toEqual([
      { path: "src/refund.ts", lines: 2 },
    ])
    const counts = { lines: { total: 1, covered: 1 } }
    const summary = JSON.stringify({ total: counts, "/app/src/a.ts": counts })
    expect(await unmeasuredSources(context, "web", run("istanbul", summary))).toEqual([
      { path: "src/refund.ts" },
    ])
    expect(await unmeasuredSources(context, "web", run("istanbul", "no report"))).toEqual([])
  })
})
