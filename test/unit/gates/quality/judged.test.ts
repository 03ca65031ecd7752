/** From what a real SonarQube has answered to a verdict; from what a broken one might answer, to no pass that lost anything. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { SignalboxError } from "../../../../src/domain/index.ts"
import { concludeGate } from "../../../../src/gates/engine/judgement.ts"
import type { Prepared, QualityRequest } from "../../../../src/gates/quality/answers.ts"
import { judgeQuality } from "../../../../src/gates/quality/decide.ts"
import { type QualityOutput, readOutput } from "../../../../src/gates/quality/read.ts"
import { bearer, SonarApi } from "../../../../src/gates/quality/server/api.ts"
import { judgeAnalysis } from "../../../../src/gates/quality/server/judge.ts"
import { caseFactor } from "../../deploy/support/runs.ts"
import { answersOf, mutated, mutation, type Recorded, replaying, taskIn } from "./recorded.ts"

const server = "http://sonarqube:9000"
const request: QualityRequest = {
  ...{ server, project: "shop", qualityGate: null, conditions: null, analysedAs: null },
  ...{ waitMs: 1, wait: "1ms" },
}
const prepared: Prepared = {
  ...{ version: "25.12.0.117093", edition: "community", qualityGate: "Signalbox" },
  tree: { settings: [], comments: [], commentCount: 0, notSearched: [] },
}

/** All that the gate does between the scanner's end and its verdict. */
async function concluded(answers: Recorded, id = taskIn(answers)) {
  const api = new SonarApi({ server, authorization: bearer("canary"), fetch: replaying(answers) })
  const found = await judgeAnalysis(api, `projectKey=shop\nceTaskId=${id}\n`, request, undefined, 1).then(
    (judged) => ({ judged }),
    (thrown: unknown) => {
      if (!(thrown instanceof SignalboxError)) throw thrown
      return { failed: thrown.message }
    },
  )
  const output: QualityOutput = {
    ...{ tools: [], server, project: "shop", prepared, scan: { exitCode: 0, log: "" } },
    ...{ notHandedOver: [], exclude: [], namesBranch: false },
  }
  const gate = { name: "quality", title: "", kind: "quality", required: true, skipped: [] } as const
  return concludeGate(gate, judgeQuality(readOutput({ ...output, ...found })), [], "2026-03-01").result
}

describe("what a real server has answered", () => {
  it("for a sound tree is a pass, with its measures", async () => {
    const result = await concluded(answersOf("passed"))
    expect(result.verdict, result.summary).toBe("pass")
    expect(result.figures).toMatchObject({ coverage: 75, tests: 1, files: 1, conditions: 5, issues: 0 })
  })

  it("for a faulty tree is a failure, with the conditions that failed and the issues by file and line", async () => {
    const result = await concluded(answersOf("failed"))
    expect(result.verdict, result.summary).toBe("fail")
    expect(result.findings.map(({ rule, location: at }) => `${rule} ${at?.file}:${at?.line ?? ""}`)).toEqual([
      "quality-gate-condition signalbox.yaml:",
      "quality-gate-condition signalbox.yaml:",
      "javascript:S1862 src/basket.js:6",
      "javascript:S6679 src/basket.js:12",
      "javascript:S1862 vendor/rates.js:5",
    ])
  })

  it("for a tree without a line of code is an error", async () => {
    const result = await concluded(answersOf("empty"))
    expect(result.verdict).toBe("error")
    expect(result.summary).toMatch(/no line of code/)
  })
})

const asked = [
  "api/ce/task",
  "api/qualitygates/project_status",
  "api/issues/search",
  "api/measures/component",
]
/** 10,000 in all with `npm test -- --full`, a fifth of them otherwise. */
const runs = caseFactor() > 1 ? 5000 : 1000
const damage = fc.tuple(fc.constantFrom(...asked), mutation)

describe("answers that differ from what a real server has answered", () => {
  it("make no pass of a failure", async () => {
    const failed = answersOf("failed")
    const id = taskIn(failed)
    await fc.assert(
      fc.asyncProperty(damage, async ([path, how]) => {
        const { verdict } = await concluded(mutated(failed, path, how), id)
        expect(["fail", "error"]).toContain(verdict)
      }),
      { numRuns: runs },
    )
  }, 120_000)

  it("lose no issue of a pass: those of the faulty tree, under a quality gate that holds", async () => {
    const holding = answersOf("passed").get("api/qualitygates/project_status")
    if (holding === undefined) throw new Error("the recording has no such answer")
    const answers = new Map([...answersOf("failed"), ["api/qualitygates/project_status", holding] as const])
    const id = taskIn(answers)
    const whole = await concluded(answers, id)
    expect(whole.verdict, whole.summary).toBe("pass")
    expect(whole.findings.length).toBeGreaterThan(2)
    await fc.assert(
      fc.asyncProperty(damage, async ([path, how]) => {
        const { verdict, findings } = await concluded(mutated(answers, path, how), id)
        if (verdict === "pass") expect(findings.length).toBeGreaterThanOrEqual(whole.findings.length)
        else expect(["fail", "error"]).toContain(verdict)
      }),
      { numRuns: runs },
    )
  }, 120_000)
})
