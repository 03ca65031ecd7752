/** Sizes of what a build writes, measured in the image itself. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import type { GateReportData, GateResult } from "../../src/domain/index.ts"
import { finalError } from "./harness/index.ts"
import { type Project, project } from "./support/project.ts"

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

let shop: Project
let config: string

beforeAll(async () => {
  shop = await project()
  config = await shop.files.read("signalbox.yaml")
})
afterAll(() => shop[Symbol.asyncDispose]())

async function judge(...budgets: readonly string[]): Promise<GateResult> {
  const settings = `gates: { bundle: { budgets: [${budgets.join(", ")}] } }\n`
  await shop.write({ "signalbox.yaml": `${config}\n${settings}` })
  const outcome = await shop.call(["gates", "--only", "bundle", "json"])
  expect(finalError(outcome)).toBe("")
  const report: GateReportData = JSON.parse(outcome.stdout)
  const [result] = report.gates
  if (result === undefined) throw new Error("no gate was judged")
  return result
}

describe("what a build writes", () => {
  it("within its budget, too large, and not there", async () => {
    expect(await judge("{ component: web, files: /app/dist/server.js, maxBytes: 1000000 }")).toMatchObject({
      verdict: "pass",
      judged: { web: expect.stringMatching(/^sha256:/) },
      summary: expect.stringContaining("/app/dist/server.js"),
    })
    expect(
      await judge("{ component: web, files: /app/dist/*.js, maxBytes: 1, compression: brotli }"),
    ).toMatchObject({
      verdict: "fail",
      findings: [{ rule: "bundle-too-large", location: { file: "image:web/app/dist/*.js" } }],
    })
    expect(await judge("{ component: web, files: /app/public/app.js, maxBytes: 10 }")).toMatchObject({
      verdict: "error",
      summary: expect.stringContaining("its image has no file /app/public/app.js"),
    })
  })

  it("a budget of a component that is none, and no budget at all", async () => {
    expect(await judge("{ component: wbe, files: /app/dist/server.js }")).toMatchObject({
      verdict: "error",
      summary: expect.stringContaining("wbe"),
    })
    expect(await judge()).toMatchObject({ verdict: "skipped" })
  })
})
