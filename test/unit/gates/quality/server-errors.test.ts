/** Why there is no verdict of a server: every cause is its own error, and none of them a pass. */
import { describe, expect, it } from "vitest"
import { bearer, SonarApi } from "../../../../src/gates/quality/server/api.ts"
import { judgeAnalysis } from "../../../../src/gates/quality/server/judge.ts"
import { assertProject, editionOf } from "../../../../src/gates/quality/server/project.ts"
import { assertToken, waitUntilUp } from "../../../../src/gates/quality/server/ready.ts"
import { type Answers, ServerThat } from "./server-that.ts"

const waiting = { waitMs: 30, wait: "30ms", conditions: null }
const report = "projectKey=shop\nserverUrl=http://sonar\nceTaskId=T1\n"
const request = { project: "shop", waitMs: 30, wait: "30ms", analysedAs: null }
const errors = (msg: string) => ({ errors: [{ msg }] })
const condition = {
  ...{ status: "ERROR", metricKey: "new_violations", comparator: "GT", errorThreshold: "0" },
  actualValue: "3",
}

const passed = {
  "api/qualitygates/project_status": [
    {
      body: {
        projectStatus: { status: "OK", conditions: [{ ...condition, status: "OK", actualValue: "0" }] },
      },
    },
  ],
}
const issue = {
  rule: "javascript:S1862",
  severity: "MAJOR",
  component: "shop:src/a.js",
  line: 3,
  message: "twice",
}
const issuesAnd = (answer: object, measures: readonly object[]): Answers => ({
  "api/issues/search": [{ body: answer }],
  "api/measures/component": [{ body: { component: { measures } } }],
})

async function judging(answers: Answers) {
  await using server = await ServerThat.answers({
    "api/ce/task": [{ body: { task: { id: "T1", status: "SUCCESS", analysisId: "A1" } } }],
    ...answers,
  })
  const api = new SonarApi({ server: server.address, authorization: bearer("canary") })
  return await judgeAnalysis(api, report, request, undefined, 5)
}

describe("a server that cannot judge", () => {
  it("is away: nobody listens", async () => {
    const gone = await ServerThat.answers({})
    const { address } = gone
    await gone[Symbol.asyncDispose]()
    await expect(waitUntilUp(new SonarApi({ server: address }), waiting)).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
      detail: { where: address, why: expect.stringContaining("ECONNREFUSED"), next: expect.any(String) },
    })
  })

  it("is away: it takes the request and never answers", async () => {
    await using server = await ServerThat.answers({})
    const silent = new SonarApi({ server: server.address, timeoutMs: 1 })
    await expect(waitUntilUp(silent, waiting)).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" })
  })

  it("starts for longer than the wait", async () => {
    await using server = await ServerThat.answers({
      "api/system/status": [{ body: { id: "1", version: "25.12", status: "STARTING" } }],
    })
    const api = new SonarApi({ server: server.address })
    let now = 0
    const elapsed = () => (now += 10)
    await expect(waitUntilUp(api, waiting, elapsed, 1)).rejects.toMatchObject({
      code: "SERVER_NOT_READY",
      detail: { what: expect.stringContaining("within 30ms"), why: expect.stringContaining("STARTING") },
    })
    expect(server.asks("api/system/status").length).toBeGreaterThan(1)
  })

  it("is waited for while it starts", async () => {
    await using server = await ServerThat.answers({
      "api/system/status": [
        { body: { version: "25.12", status: "STARTING" } },
        { body: { version: "25.12", status: "UP" } },
      ],
    })
    const api = new SonarApi({ server: server.address })
    expect(await waitUntilUp(api, { ...waiting, waitMs: 5000 }, undefined, 1)).toBe("25.12")
  })

  it("waits for the migration of its database: nobody waits for that", async () => {
    await using server = await ServerThat.answers({
      "api/system/status": [{ body: { version: "25.12", status: "DB_MIGRATION_NEEDED" } }],
    })
    await expect(waitUntilUp(new SonarApi({ server: server.address }), waiting)).rejects.toMatchObject({
      code: "SERVER_NOT_READY",
      detail: { what: expect.stringContaining("migration"), next: expect.stringContaining("/setup") },
    })
  })

  it.each([
    ["valid: false", 200, { valid: false }],
    ["401", 401, ""],
  ])("does not know the token (%s)", async (_, status, body) => {
    await using server = await ServerThat.answers({ "api/authentication/validate": [{ status, body }] })
    const api = new SonarApi({ server: server.address, authorization: bearer("canary") })
    await expect(assertToken(api)).rejects.toMatchObject({
      code: "SERVER_REFUSED",
      detail: { what: expect.stringContaining("does not know the token") },
    })
  })

  it("has no such project", async () => {
    await using server = await ServerThat.answers({
      "api/qualitygates/get_by_project": [{ status: 404, body: errors("Project 'shop' not found") }],
    })
    const api = new SonarApi({ server: server.address })
    await expect(assertProject(api, { project: "shop", qualityGate: null })).rejects.toMatchObject({
      code: "SERVER_REFUSED",
      detail: {
        what: expect.stringContaining('no project "shop"'),
        why: expect.stringContaining("not found"),
      },
    })
  })

  it("judges by another quality gate than the one that was asked for", async () => {
    await using server = await ServerThat.answers({
      "api/qualitygates/get_by_project": [{ body: { qualityGate: { name: "Lax" } } }],
    })
    const api = new SonarApi({ server: server.address })
    await expect(assertProject(api, { project: "shop", qualityGate: "Strict" })).rejects.toMatchObject({
      code: "SERVER_REFUSED",
      detail: { what: expect.stringContaining('"Lax"'), why: expect.stringContaining('"Strict"') },
    })
    expect(await assertProject(api, { project: "shop", qualityGate: "Lax" })).toBe("Lax")
  })

  it("does not tell the quality gate to a token for analyses: one that was asked for is not taken on trust", async () => {
    await using server = await ServerThat.answers({
      "api/qualitygates/get_by_project": [{ status: 403, body: errors("Insufficient privileges") }],
    })
    const api = new SonarApi({ server: server.address })
    expect(await assertProject(api, { project: "shop", qualityGate: null })).toBeNull()
    await expect(assertProject(api, { project: "shop", qualityGate: "Strict" })).rejects.toMatchObject({
      code: "SERVER_REFUSED",
    })
  })

  it("is none: a login page of something else", async () => {
    await using server = await ServerThat.answers({
      "api/navigation/global": [{ body: "<html>log in</html>" }],
    })
    await expect(editionOf(new SonarApi({ server: server.address }))).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
      detail: { what: expect.stringContaining("not the web API of SonarQube") },
    })
  })

  it("sends to another address: that one never gets the token", async () => {
    await using other = await ServerThat.answers({
      "api/navigation/global": [{ body: { edition: "community" } }],
    })
    await using server = await ServerThat.answers({
      "api/navigation/global": [{ status: 302, body: "" }],
    })
    const api = new SonarApi({ server: server.address, authorization: bearer("canary") })
    await expect(editionOf(api)).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" })
    expect(other.asked).toEqual([])
  })
})

describe("an analysis", () => {
  it("that the server does not finish in time is no pass and no failure", async () => {
    await expect(
      judging({ "api/ce/task": [{ body: { task: { id: "T1", status: "PENDING" } } }] }),
    ).rejects.toMatchObject({
      code: "ANALYSIS_TIMED_OUT",
      detail: { what: expect.stringContaining("within 30ms"), why: expect.stringContaining("PENDING") },
    })
  })

  it("that the server cannot process says why", async () => {
    const failed = { task: { id: "T1", status: "FAILED", errorMessage: "Visit of Component failed" } }
    await expect(judging({ "api/ce/task": [{ body: failed }] })).rejects.toMatchObject({
      code: "ANALYSIS_FAILED",
      detail: { why: "Visit of Component failed" },
    })
  })

  it("that somebody cancelled is none", async () => {
    await expect(
      judging({ "api/ce/task": [{ body: { task: { id: "T1", status: "CANCELED" } } }] }),
    ).rejects.toMatchObject({
      code: "ANALYSIS_FAILED",
      detail: { what: expect.stringContaining("cancelled") },
    })
  })

  it.each([
    ["no quality gate", { status: "NONE", conditions: [] }],
    [
      "a quality gate whose conditions have no value",
      { status: "OK", conditions: [{ ...condition, status: "OK", actualValue: undefined }] },
    ],
    ["a quality gate without conditions", { status: "OK" }],
  ])("that was judged by %s has proven nothing", async (_, projectStatus) => {
    const answers = { "api/qualitygates/project_status": [{ body: { projectStatus } }] }
    await expect(judging(answers)).rejects.toMatchObject({
      code: "ANALYSIS_FAILED",
      detail: { what: "the quality gate has judged nothing" },
    })
  })

  it("that failed is a verdict, with its conditions, also where the token may read no issues", async () => {
    const refused = { status: 403, body: errors("Insufficient privileges") }
    const judged = await judging({
      "api/qualitygates/project_status": [
        { body: { projectStatus: { status: "ERROR", conditions: [condition] } } },
      ],
      "api/issues/search": [refused],
      "api/measures/component": [refused],
    })
    expect(judged).toMatchObject({
      passed: false,
      conditions: [{ metric: "new_violations", failed: true, fails: "above", threshold: "0", actual: "3" }],
      issues: { unread: expect.stringContaining("Insufficient privileges") },
      measures: { unread: expect.stringContaining("Insufficient privileges") },
    })
  })

  it("whose task is another's is not taken for this one", async () => {
    const other = { id: "T2", status: "SUCCESS", analysisId: "A2" }
    await expect(judging({ "api/ce/task": [{ body: { task: other } }] })).rejects.toMatchObject({
      code: "SERVER_REFUSED",
      detail: { why: expect.stringContaining("T2") },
    })
  })

  it.each([
    ["lists fewer issues than it says", { paging: { total: 2 }, issues: [issue] }, "1", /listed 1 of 2/],
    [
      "lists fewer than it counts",
      { paging: { total: 1 }, issues: [issue] },
      "3",
      /listed 1 issues and counts 3/,
    ],
  ])(
    "of which the server %s has lost some: that is told, and no pass",
    async (_, answer, violations, why) => {
      const measures = [{ metric: "violations", value: violations }]
      const judged = await judging({ ...passed, ...issuesAnd(answer, measures) })
      expect(judged.issues).toMatchObject({ unread: expect.stringMatching(why) })
    },
  )

  it.each([
    ["a branch", { branch: "feature/x" }, "branch=feature%2Fx"],
    ["a pull request", { branch: "feature/x", pullRequest: { key: "12", into: "main" } }, "pullRequest=12"],
  ])("of %s is asked for by its name, not as that of the main branch", async (_, analysedAs, query) => {
    await using server = await ServerThat.answers({
      "api/ce/task": [{ body: { task: { id: "T1", status: "SUCCESS", analysisId: "A1" } } }],
      ...{ ...passed, ...issuesAnd({ paging: { total: 0 }, issues: [] }, []) },
    })
    const api = new SonarApi({ server: server.address, authorization: bearer("canary") })
    await judgeAnalysis(api, report, { ...request, analysedAs }, undefined, 5)
    for (const path of ["api/issues/search", "api/measures/component"])
      expect(server.asks(path).map((one) => one.query.toString())).toEqual([expect.stringContaining(query)])
  })

  it("whose state is one that nobody knows is no pass", async () => {
    const projectStatus = { status: "GREEN", conditions: [condition] }
    await expect(
      judging({ "api/qualitygates/project_status": [{ body: { projectStatus } }] }),
    ).rejects.toMatchObject({ code: "SERVER_UNREACHABLE" })
  })

  it.each([
    ["another project", "projectKey=evil\nceTaskId=T1\n"],
    ["no task", "projectKey=shop\n"],
    ["nothing", ""],
  ])("of %s is not judged", async (_, text) => {
    const api = new SonarApi({ server: "http://127.0.0.1:1" })
    await expect(judgeAnalysis(api, text, request)).rejects.toMatchObject({ code: "OUTPUT_UNREADABLE" })
  })
})
