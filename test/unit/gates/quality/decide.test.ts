/** From what the server says to a verdict, and what the report tells beside it. */
import { describe, expect, it } from "vitest"
import { concludeGate } from "../../../../src/gates/engine/judgement.ts"
import type { Judged, Prepared } from "../../../../src/gates/quality/answers.ts"
import { judgeQuality } from "../../../../src/gates/quality/decide.ts"
import { type QualityOutput, readOutput } from "../../../../src/gates/quality/read.ts"

const prepared: Prepared = {
  ...{ version: "25.12.0.117093", edition: "community", qualityGate: "Strict" },
  tree: { settings: [], comments: [], commentCount: 0, notSearched: [] },
}
const condition = {
  metric: "reliability_rating",
  failed: false,
  fails: "above",
  threshold: "1",
  actual: "1",
} as const
const blocker = {
  rule: "javascript:S1862",
  severity: "BLOCKER",
  file: "src/a.js",
  line: 12,
  message: "twice",
}
const judged: Judged = {
  ...{ analysis: "A1", passed: true, conditions: [condition], ignoredConditions: false, warnings: [] },
  notJudged: [],
  issues: { total: 1, shown: [blocker] },
  measures: { files: 2, ncloc: 20, coverage: 50 },
}
const output: QualityOutput = {
  ...{ tools: [], server: "https://sonar.example.com", project: "shop", prepared, judged },
  scan: { exitCode: 0, log: "INFO EXECUTION SUCCESS" },
  ...{ notHandedOver: [], exclude: [], namesBranch: false },
}

function conclude(change: Partial<QualityOutput> = {}) {
  const judgement = judgeQuality(readOutput({ ...output, ...change }))
  const about = { name: "quality", title: "", kind: "quality", required: true, skipped: [] } as const
  return concludeGate(about, judgement, [], "2026-03-01").result
}

const failed = { ...condition, failed: true, actual: "3" }

describe("the verdict", () => {
  it("is pass where the server's quality gate passes, whatever issues there are: they are listed with file and line", () => {
    const result = conclude()
    expect(result).toMatchObject({
      verdict: "pass",
      findings: [{ rule: "javascript:S1862", severity: "high", location: { file: "src/a.js", line: 12 } }],
      figures: { coverage: 50, issues: 1, conditions: 1 },
    })
    expect(result.summary).toContain("quality gate Strict of shop on https://sonar.example.com")
  })

  it("is fail where it fails, with the conditions that did", () => {
    expect(conclude({ judged: { ...judged, passed: false, conditions: [condition, failed] } })).toMatchObject(
      {
        verdict: "fail",
        findings: [
          {
            ...{ rule: "quality-gate-condition", severity: "critical" },
            message: "reliability_rating is C: the quality gate Strict asks for at most A",
            measured: { value: 3, better: "lower" },
          },
          { rule: "javascript:S1862" },
        ],
      },
    )
  })

  it("is fail where it fails and names no condition", () => {
    expect(conclude({ judged: { ...judged, passed: false } })).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "quality-gate-condition" }, {}],
    })
  })

  it.each<[string, Partial<QualityOutput>, RegExp]>([
    [
      "the server is away",
      {
        failed: "SERVER_UNREACHABLE: away",
        prepared: undefined,
        judged: undefined,
        scan: undefined,
      } as never,
      /SERVER_UNREACHABLE/,
    ],
    ["the scanner was killed", { scan: { exitCode: 137, log: "" }, judged: undefined } as never, /killed/],
    ["the analysis failed", { failed: "ANALYSIS_FAILED: no", judged: undefined } as never, /ANALYSIS_FAILED/],
    [
      "nothing is known at all",
      { prepared: undefined, judged: undefined, scan: undefined } as never,
      /without a verdict/,
    ],
    ["a scanner failed and an answer is there", { scan: { exitCode: 1, log: "ERROR no" } }, /ended with 1/],
    [
      "the server analysed no file",
      { judged: { ...judged, measures: { violations: 0 } } },
      /no line of code/,
    ],
    [
      "what the server measured could not be read: it may have analysed no file",
      { judged: { ...judged, measures: { unread: "SERVER_REFUSED: 403" } } },
      /measured could not be read: SERVER_REFUSED: 403/,
    ],
    [
      "its issues could not be read",
      { judged: { ...judged, issues: { unread: "SERVER_UNREACHABLE: gone" } } },
      /issues could not be read: SERVER_UNREACHABLE: gone/,
    ],
    [
      "a condition of the call's own was not judged",
      { server: null, judged: { ...judged, notJudged: ["coverage"] } },
      /has not judged coverage/,
    ],
  ])("is error where %s, never a pass", (_, change, why) => {
    const result = conclude(change)
    expect(result.verdict).toBe("error")
    expect(result.summary).toMatch(why)
  })
})

it("stays a failure where the quality gate failed and its issues could not be read, and says so", () => {
  const unread = { unread: "SERVER_REFUSED: 403" }
  const result = conclude({ judged: { ...judged, passed: false, conditions: [failed], issues: unread } })
  expect(result.verdict).toBe("fail")
  expect(JSON.stringify(result)).toContain("issues could not be read: SERVER_REFUSED: 403")
})

describe("the report", () => {
  it("tells that the Community edition was not told the branch", () => {
    expect(conclude({ namesBranch: true }).summary).toContain("edition community has one branch")
    const developer = { ...prepared, edition: "developer" }
    expect(conclude({ namesBranch: true, prepared: developer }).summary).not.toContain("edition")
  })

  it("tells what was left out: files, reports, conditions, issues", () => {
    const { summary } = conclude({
      ...{ exclude: ["**/generated/**"], notHandedOver: ["web: its coverage was not measured"] },
      judged: { ...judged, ignoredConditions: true, issues: { total: 900, shown: [blocker] } },
    })
    expect(summary).toContain("not analysed: **/generated/**")
    expect(summary).toContain("not handed over: web: its coverage was not measured")
    expect(summary).toContain("conditions on new code were left out")
    expect(summary).toContain("900 open issues, of which the 1 gravest are listed")
    const newCode = { ...judged, notJudged: ["new_coverage"] }
    expect(conclude({ judged: newCode }).summary).toContain("without a value, and not judged: new_coverage")
  })

  it("tells settings of the tree that did not count, and comments that did", () => {
    const settings = [{ file: "sonar-project.properties", line: 3, text: "sonar.exclusions=**/*" }]
    const comments = [{ file: "src/a.js", line: 7, text: "eval(x) // NOSONAR" }]
    const tree = { settings, comments, commentCount: 301, notSearched: ["data/large.js"] }
    const result = conclude({ prepared: { ...prepared, tree } })
    expect(result).toMatchObject({ verdict: "pass" })
    expect(result.findings.filter(({ severity }) => severity === "info")).toMatchObject([
      { rule: "switched-off", message: expect.stringContaining("300 more lines") },
      { rule: "not-searched", location: { file: "data/large.js" } },
      { rule: "tree-settings-ignored", location: { file: "sonar-project.properties", line: 3 } },
      { rule: "switched-off", location: { file: "src/a.js", line: 7 } },
    ])
  })

  it("holds no sealed token", () => {
    expect(JSON.stringify(conclude())).not.toContain("sealed")
  })
})
