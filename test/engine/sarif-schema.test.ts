/** The published schema of SARIF, over what our reports make of any findings. It is fetched, so that no copy of it can be out of step. */
import { readFile } from "node:fs/promises"
import { Ajv, type ValidateFunction } from "ajv"
import formats from "ajv-formats"
import fc from "fast-check"
import { beforeAll, describe, expect, it, vi } from "vitest"
import { toSarif } from "../../src/report/index.ts"
import { sarifSchema } from "../../toolchain/index.ts"
import { finding, gate, hostileReport, report } from "../unit/report/reports.ts"

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 })

describe("by the schema of SARIF 2.1.0", () => {
  let validate: ValidateFunction
  beforeAll(async () => {
    // The schema has keywords and a pattern that are not strict; what they say is held all the same.
    const ajv = new Ajv({ strict: false, unicodeRegExp: false })
    formats.default(ajv)
    validate = ajv.compile(JSON.parse(await readFile(await sarifSchema(), "utf8")))
  })

  const errorsOf = (text: string) => {
    validate(JSON.parse(text))
    return validate.errors ?? []
  }

  it("a report of findings is valid", () => {
    expect(errorsOf(toSarif(report([gate({ verdict: "fail", findings: [finding] })])))).toEqual([])
  })

  it("a report of nothing, and one of a gate that broke down, are valid", () => {
    expect(errorsOf(toSarif(report([])))).toEqual([])
    expect(errorsOf(toSarif(report([gate({ verdict: "error", summary: "trivy was killed" })])))).toEqual([])
  })

  it("1,000 reports with whatever a tool may say are valid", () => {
    fc.assert(
      fc.property(hostileReport, (data) => {
        expect(errorsOf(toSarif(data))).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it("another file is not: it is the schema that says so", () => {
    const log = JSON.parse(toSarif(report([gate({ verdict: "fail", findings: [finding] })])))
    log.runs[0].results[0].level = "fatal"
    expect(errorsOf(JSON.stringify(log))).not.toEqual([])
  })
})
