/** From what a real SonarQube has answered to an error of its own; damaged answers are no better than those. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { SignalboxError } from "../../../../src/domain/index.ts"
import type { QualityRequest } from "../../../../src/gates/quality/answers.ts"
import { bearer, SonarApi } from "../../../../src/gates/quality/server/api.ts"
import { judgeAnalysis } from "../../../../src/gates/quality/server/judge.ts"
import { assertBranches, assertProject, editionOf } from "../../../../src/gates/quality/server/project.ts"
import { assertToken, waitUntilUp } from "../../../../src/gates/quality/server/ready.ts"
import { answersOf, mutated, mutation, type Recorded, replaying, taskIn } from "./recorded.ts"

const request: QualityRequest = {
  ...{
    server: "http://sonarqube:9000",
    project: "shop",
    qualityGate: null,
    conditions: null,
    analysedAs: null,
  },
  ...{ waitMs: 1, wait: "1ms" },
}
const api = (answers: Recorded) =>
  new SonarApi({ server: request.server, authorization: bearer("canary"), fetch: replaying(answers) })

const judging = (answers: Recorded, id: string) =>
  judgeAnalysis(api(answers), `projectKey=shop\nceTaskId=${id}\n`, request, undefined, 1)

describe("what a real server has answered", () => {
  it("while it starts is that it is not ready", async () => {
    await expect(waitUntilUp(api(answersOf("starting")), request)).rejects.toMatchObject({
      code: "SERVER_NOT_READY",
    })
  })

  it("once it is up is its version and its edition", async () => {
    const server = api(answersOf("branch"))
    expect(await waitUntilUp(server, request)).toBe("25.12.0.117093")
    expect(await editionOf(server)).toBe("community")
    await expect(assertToken(server)).resolves.toBeUndefined()
  })

  it("to a token that it does not know is a refusal", async () => {
    await expect(assertToken(api(answersOf("wrong-token")))).rejects.toMatchObject({
      code: "SERVER_REFUSED",
      detail: { what: "the SonarQube server does not know the token" },
    })
  })

  it("about a project that it does not have is a refusal", async () => {
    const missing = assertProject(api(answersOf("wrong-project")), { project: "nowhere", qualityGate: null })
    await expect(missing).rejects.toMatchObject({
      code: "SERVER_REFUSED",
      detail: { what: expect.stringContaining('no project "nowhere"') },
    })
  })

  it("about the project's quality gate is its name, and a refusal where another one was asked for", async () => {
    const server = api(answersOf("other-gate"))
    expect(await assertProject(server, { project: "shop", qualityGate: null })).toBe("Signalbox")
    await expect(assertProject(server, { project: "shop", qualityGate: "Strict" })).rejects.toMatchObject({
      code: "SERVER_REFUSED",
    })
  })

  it("about its edition refuses a branch before anything is sent", async () => {
    const server = api(answersOf("branch"))
    const edition = await editionOf(server)
    const analysedAs = { branch: "feature/x" }
    expect(() => assertBranches(server, edition, { analysedAs })).toThrow(
      /no branches and no pull requests, and the call names the branch feature\/x/,
    )
    expect(() => assertBranches(server, "developer", { analysedAs })).not.toThrow()
  })

  it("about an analysis that it could not process is that it failed, and why", async () => {
    const answers = answersOf("analysis-failed")
    await expect(judging(answers, taskIn(answers))).rejects.toMatchObject({
      code: "ANALYSIS_FAILED",
      detail: { why: expect.stringContaining("Metadata file is missing") },
    })
  })

  it("about an analysis that waits is that it was not finished in time", async () => {
    const answers = answersOf("analysis-failed", "PENDING")
    await expect(judging(answers, taskIn(answers))).rejects.toMatchObject({ code: "ANALYSIS_TIMED_OUT" })
  })
})

describe("10,000 damaged answers", () => {
  const refusals: readonly (readonly [string, string, (answers: Recorded) => Promise<unknown>])[] = [
    ["starting", "api/system/status", (answers) => waitUntilUp(api(answers), request)],
    ["wrong-token", "api/authentication/validate", (answers) => assertToken(api(answers))],
    ["wrong-project", "api/qualitygates/get_by_project", (answers) => assertProject(api(answers), request)],
    [
      "other-gate",
      "api/qualitygates/get_by_project",
      (answers) => assertProject(api(answers), { ...request, qualityGate: "Strict" }),
    ],
    ["analysis-failed", "api/ce/task", (answers) => judging(answers, taskIn(answersOf("analysis-failed")))],
  ]

  it.each(refusals)(
    "make nothing better of a refusal: %s",
    async (about, path, ask) => {
      const answers = answersOf(about)
      await fc.assert(
        fc.asyncProperty(mutation, async (how) => {
          const ended = await ask(mutated(answers, path, how)).then(
            () => "accepted",
            (thrown: unknown) => (thrown instanceof SignalboxError ? "refused" : String(thrown)),
          )
          expect(ended).toBe("refused")
        }),
        { numRuns: 2000 },
      )
    },
    120_000,
  )
})
