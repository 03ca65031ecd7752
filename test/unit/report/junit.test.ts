import { parseXml, type XmlDocument, XmlElement } from "@rgrove/parse-xml"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { GateReportData, Verdict } from "../../../src/domain/index.ts"
import { toJUnit } from "../../../src/report/index.ts"
import { finding, gate, hostileReport, report } from "./reports.ts"

function elements(parent: XmlDocument | XmlElement, name: string): XmlElement[] {
  return parent.children.flatMap((child) =>
    child instanceof XmlElement ? [...(child.name === name ? [child] : []), ...elements(child, name)] : [],
  )
}
const casesOf = (data: GateReportData) => elements(parseXml(toJUnit(data)), "testcase")
const problems = (data: GateReportData) =>
  casesOf(data).map((one) =>
    one.children.flatMap((child) => (child instanceof XmlElement ? [child.name] : [])).join(),
  )

describe("a gate without tests is one case", () => {
  test.each<[Verdict, string]>([
    ["pass", ""],
    ["waived", ""],
    ["fail", "failure"],
    ["error", "error"],
    ["inconclusive", "error"],
    ["skipped", "skipped"],
  ])("%s is %j", (verdict, problem) => {
    expect(problems(report([gate({ verdict })]))).toEqual([problem])
  })

  test("a failure lists its findings", () => {
    const [failure] = elements(
      parseXml(toJUnit(report([gate({ verdict: "fail", summary: "1 finding", findings: [finding] })]))),
      "failure",
    )
    expect(failure?.attributes).toEqual({ message: "1 finding", type: "fail" })
    expect(failure?.text).toBe(
      "1 finding\nhigh backend/package-lock.json:12 CVE-2021-23337: Command injection in lodash (fix: upgrade to lodash 4.17.21)",
    )
  })
})

describe("a gate with tests", () => {
  const cases = [
    { name: "adds", file: "a.test.ts", state: "passed", seconds: 0.25 },
    { name: "subtracts", file: "a.test.ts", state: "failed", seconds: 0.5, message: "expected 1\nto be 2" },
    { name: "divides", file: "a.test.ts", state: "skipped", seconds: 0 },
  ] as const

  test("lists them with their times and counts", () => {
    const document = parseXml(toJUnit(report([gate({ gate: "unit", verdict: "fail", cases })])))
    expect(elements(document, "testsuite")[0]?.attributes).toEqual({
      name: "unit",
      tests: "3",
      failures: "1",
      errors: "0",
      skipped: "1",
      time: "0.750",
    })
    expect(elements(document, "failure")[0]?.attributes.message).toBe("expected 1")
    expect(elements(document, "failure")[0]?.text).toBe("expected 1\nto be 2")
  })

  test("has an extra case where the tests do not explain the verdict", () => {
    const passed = cases.slice(0, 1)
    for (const verdict of ["fail", "error", "inconclusive"] as const) {
      const found = problems(report([gate({ gate: "unit", verdict, cases: passed })]))
      expect(found).toEqual(["", verdict === "fail" ? "failure" : "error"])
    }
  })
})

describe("a gate that is not required", () => {
  test.each<[Verdict, string]>([
    ["pass", ""],
    ["fail", "skipped"],
    ["error", "skipped"],
    ["inconclusive", "skipped"],
  ])("%s is %j: it neither blocks nor counts as passed", (verdict, problem) => {
    const data = report([gate({ verdict, required: false, summary: "1 finding" })])
    expect(problems(data)).toEqual([problem])
    if (problem !== "") expect(toJUnit(data)).toContain('message="warning, not required: 1 finding"')
    expect(toJUnit(data)).toContain('<property name="required" value="false"/>')
  })

  test("has its failed tests as skipped, too", () => {
    const failed = { name: "adds", file: "a.test.ts", state: "failed", seconds: 0, message: "no" } as const
    const data = report([gate({ gate: "unit", verdict: "fail", required: false, cases: [failed] })])
    expect(problems(data)).toEqual(["skipped"])
  })
})

test("any text gives XML that a strict parser reads, with all suites and cases", () => {
  fc.assert(
    fc.property(hostileReport, (data) => {
      const xml = toJUnit(data)
      expect(xml).not.toContain("##[")
      expect(xml).not.toContain("]]>")
      const document = parseXml(xml)
      expect(elements(document, "testsuite").map((suite) => suite.attributes.name)).toEqual(
        [...data.gates, ...(data.notJudged ?? [])].map((one) => one.gate),
      )
      for (const [index, suite] of elements(document, "testsuite").entries()) {
        const expected = data.gates[index]?.cases?.length ?? 0
        const found = elements(suite, "testcase").length
        expect(found === expected || found === expected + 1).toBe(true)
        expect(Number(suite.attributes.tests)).toBe(found)
      }
    }),
  )
})
