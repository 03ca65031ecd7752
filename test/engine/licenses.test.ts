/** Licences of what is in an image, by the SBOM of the image itself. */
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

async function judge(settings: string): Promise<GateResult> {
  await shop.write({ "signalbox.yaml": `${config}\n${settings}` })
  const outcome = await shop.call(["gates", "--only", "licenses", "json"])
  expect(finalError(outcome)).toBe("")
  const report: GateReportData = JSON.parse(outcome.stdout)
  const [result] = report.gates
  if (result === undefined) throw new Error("no gate was judged")
  return result
}

describe("licences", () => {
  it("without a list nothing is judged, and the report says so", async () => {
    expect(await judge("")).toMatchObject({
      verdict: "skipped",
      summary: expect.stringContaining("no policy is set"),
    })
  })

  it("a licence that is denied is found in the image, of its system and of its packages", async () => {
    const result = await judge(
      'gates: { licenses: { deny: [{ license: LGPL-2.1-only, reason: "decided by legal" }], unknown: report } }\n',
    )
    expect(result).toMatchObject({ verdict: "fail", tools: [{ name: "trivy" }] })
    const denied = result.findings.filter(({ rule }) => rule === "license-denied")
    expect(denied.map(({ subject }) => subject)).toContainEqual(
      expect.stringMatching(/^pkg:deb\/debian\/libc6@/),
    )
    expect(result.judged).toMatchObject({ web: expect.stringMatching(/^sha256:/) })
  })

  it("what nobody denies passes, and a list that has a mistake is an error", async () => {
    const deny = (id: string) =>
      `gates: { licenses: { deny: [{ license: ${id}, reason: "decided by legal" }], unknown: report } }\n`
    expect(await judge(deny("AGPL-3.0-only"))).toMatchObject({ verdict: "pass" })
    expect(await judge(deny("AGPL"))).toMatchObject({
      verdict: "error",
      summary: expect.stringContaining('the SPDX list has no licence "AGPL"'),
    })
  })
})
