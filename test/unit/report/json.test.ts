import fc from "fast-check"
import { expect, test } from "vitest"
import { fingerprint, type GateReportData } from "../../../src/domain/index.ts"
import { directory, toJson } from "../../../src/report/index.ts"
import { finding, gate, hostileReport, report } from "./reports.ts"

test("findings carry the fingerprint that a waiver must match", () => {
  const parsed = JSON.parse(toJson(report([gate({ findings: [finding] })])))
  expect(parsed.gates[0].findings[0].fingerprint).toBe(fingerprint(finding))
})

test("reads back as the report that was written", () => {
  fc.assert(
    fc.property(hostileReport, (data) => {
      const text = toJson(data)
      expect(text).not.toMatch(/^\s*::|##\[/m)
      expect(JSON.parse(text) as GateReportData).toMatchObject(JSON.parse(JSON.stringify(data)))
    }),
  )
})

test("the directory has every format", () => {
  expect(Object.keys(directory(report([gate()])))).toEqual([
    "report.json",
    "report.md",
    "report.html",
    "report.sarif",
    "junit.xml",
  ])
})
