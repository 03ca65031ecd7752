import { createHash } from "node:crypto"
import { gzipSync } from "node:zlib"
import fc from "fast-check"
import type { Log } from "sarif"
import { describe, expect, test } from "vitest"
import { type Finding, fingerprint, type Severity } from "../../../src/domain/index.ts"
import { toSarif } from "../../../src/report/index.ts"
import { processorSeconds } from "../processor-seconds.ts"
import { digest, finding, gate, hostileReport, report } from "./reports.ts"

const parse = (...args: Parameters<typeof toSarif>): Log => JSON.parse(toSarif(...args)) as Log
const failed = gate({ verdict: "fail", summary: "1 finding", findings: [finding] })

describe("SARIF for code scanning", () => {
  test("a finding is a result with its rule, place, level and identity", () => {
    const [run] = parse(report([failed])).runs
    expect(run?.tool.driver).toMatchObject({
      name: "trivy",
      version: "0.74.0",
      rules: [
        {
          id: "CVE-2021-23337",
          helpUri: "https://avd.example/CVE-2021-23337",
          defaultConfiguration: { level: "error" },
          properties: { "security-severity": "8.0", tags: ["security", "vulnerabilities"] },
        },
      ],
    })
    expect(run?.results).toEqual([
      {
        ruleId: "CVE-2021-23337",
        ruleIndex: 0,
        level: "error",
        message: { text: "Command injection in lodash Fix: upgrade to lodash 4.17.21" },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "backend/package-lock.json", uriBaseId: "%SRCROOT%" },
              region: { startLine: 12 },
            },
          },
        ],
        partialFingerprints: { "signalboxIdentity/v1": fingerprint(finding).slice(7) },
        properties: {
          severity: "high",
          subject: "lodash@4.17.20",
          component: "backend",
          fix: "upgrade to lodash 4.17.21",
        },
      },
    ])
  })

  test("what a gate that is not required finds is a warning, never an error that blocks", () => {
    const [run] = parse(report([gate({ ...failed, required: false })])).runs
    expect(run?.results?.[0]?.level).toBe("warning")
    expect(run?.tool.driver.rules?.[0]?.defaultConfiguration?.level).toBe("warning")
    expect(run?.properties?.required).toBe(false)
  })

  test("a finding of a quality gate is no security alert", () => {
    const [run] = parse(report([gate({ ...failed, gate: "lint", kind: "quality" })])).runs
    expect(run?.tool.driver.rules?.[0]?.properties).toEqual({ tags: ["lint"] })
  })

  test("the identity does not follow the line", () => {
    const moved = { ...finding, location: { file: "backend/package-lock.json", line: 99 } }
    const identity = (one: Finding) =>
      parse(report([gate({ verdict: "fail", findings: [one] })])).runs[0]?.results?.[0]?.partialFingerprints
    expect(identity(moved)).toEqual(identity(finding))
  })

  test.each<[Severity, string]>([
    ["critical", "error"],
    ["high", "error"],
    ["medium", "warning"],
    ["low", "note"],
    ["info", "note"],
  ])("%s is level %s", (severity, level) => {
    const [run] = parse(report([gate({ findings: [{ ...finding, severity }] })])).runs
    expect(run?.results?.[0]?.level).toBe(level)
  })

  test("a rule has the level of its worst finding, whatever their order", () => {
    const findings = [
      { ...finding, severity: "low" as const },
      { ...finding, severity: "critical" as const, subject: "b" },
    ]
    const [run] = parse(report([gate({ findings })])).runs
    expect(run?.tool.driver.rules?.[0]?.defaultConfiguration?.level).toBe("error")
  })

  test("one run per gate, each with a category of its own; skipped gates have none", () => {
    const log = parse(report([gate(), gate({ gate: "lint" }), gate({ gate: "unit", verdict: "skipped" })]))
    expect(log.runs.map((run) => run.automationDetails?.id)).toEqual([
      "signalbox/vulnerabilities/",
      "signalbox/lint/",
    ])
  })

  test("a gate that could not judge is no clean run", () => {
    const [run] = parse(report([gate({ verdict: "error", summary: "the database is missing" })])).runs
    expect(run?.invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [{ level: "error", message: { text: "the database is missing" } }],
      },
    ])
  })

  test("waived findings open no alert and are listed", () => {
    const waiver = { id: "W-1", owner: "o", reason: "r", expires: "2027-01-01", fingerprint: digest }
    const [run] = parse(report([gate({ verdict: "waived", waived: [{ finding, waiver }] })])).runs
    expect(run?.results).toEqual([])
    expect(run?.properties?.waived).toEqual([waiver])
  })

  test("paths become relative URIs, and a finding without a file points at the root", () => {
    const findings = ["a b/ü#?.ts", "c:/x", "\ud800"].map((file) => ({ ...finding, location: { file } }))
    const { location: _, ...nowhere } = finding
    const [run] = parse(report([gate({ findings: [...findings, nowhere] })])).runs
    const uris = run?.results?.map((one) => one.locations?.[0]?.physicalLocation?.artifactLocation?.uri)
    expect(new Set(uris)).toEqual(new Set(["a%20b/%C3%BC%23%3F.ts", "c%3A/x", "%5Cud800", "."]))
  })
})

describe("limits", () => {
  const many = Array.from(
    { length: 25_100 },
    (_, index): Finding => ({
      ...finding,
      rule: `R-${index % 300}`,
      severity: index < 25_000 ? "low" : "critical",
      subject: `package-${index}@1.0.0`,
    }),
  )

  test("25,000 results are kept, the worst first, and the rest is said", () => {
    const [run] = parse(report([gate({ verdict: "fail", findings: many })])).runs
    expect(run?.results).toHaveLength(25_000)
    expect(run?.results?.slice(0, 100).every((one) => one.level === "error")).toBe(true)
    expect(run?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toBe(
      "100 findings left out, the least grave: code scanning takes no more; report.json has them all",
    )
  })

  test("20 runs are kept, the gravest, and the others are named", () => {
    const gates = Array.from({ length: 24 }, (_, index) =>
      gate({
        gate: `gate-${index}`,
        ...(index === 23 ? failed : {}),
        ...(index === 23 ? { gate: "gate-23" } : {}),
      }),
    )
    const { runs } = parse(report(gates))
    expect(runs).toHaveLength(20)
    expect(runs.at(-1)?.automationDetails?.id).toBe("signalbox/gate-23/")
    expect(runs[0]?.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toMatch(
      /beyond 20 runs.*gate-19, gate-20, gate-21, gate-22; report.json/,
    )
  })

  test("what is too large when it is compressed has the gravest of all runs, and says what was left out", () => {
    const noise = (index: number) => createHash("sha256").update(`${index}`).digest("hex")
    const random = Array.from(
      { length: 2000 },
      (_, index): Finding => ({
        ...{ ...finding, rule: "R", subject: noise(index), message: noise(index + 5000) },
        severity: index % 10 === 0 ? "critical" : "low",
      }),
    )
    const data = report([
      gate({ findings: random.slice(0, 1000) }),
      gate({ gate: "lint", findings: random.slice(1000) }),
    ])
    const text = toSarif(data, 50_000)
    expect(gzipSync(text).length).toBeLessThan(50_000)
    const { runs } = JSON.parse(text) as Log
    for (const run of runs) {
      expect(run.results?.filter(({ properties }) => properties?.severity === "critical")).toHaveLength(100)
      expect(run.invocations?.[0]?.toolExecutionNotifications?.[0]?.message.text).toMatch(
        /^\d+ findings left out/,
      )
    }
  })

  test("ten times the findings take about ten times as long", async () => {
    const seconds = async (count: number) => {
      const data = report([gate({ verdict: "fail", findings: many.slice(0, count) })])
      const once = () => processorSeconds(() => toSarif(data))
      return Math.min(await once(), await once(), await once())
    }
    expect((await seconds(25_000)) / (await seconds(2_500))).toBeLessThan(40)
  })
})

test("hostile text stays text", () => {
  fc.assert(
    fc.property(hostileReport, (data) => {
      const text = toSarif(data)
      expect(text).not.toContain("##[")
      expect(text.isWellFormed()).toBe(true)
      const log = JSON.parse(text) as Log
      for (const run of log.runs) {
        const ids = run.tool.driver.rules?.map((rule) => rule.id) ?? []
        expect(new Set(ids).size).toBe(ids.length)
        expect(run.results?.length).toBe(
          data.gates.find((one) => run.automationDetails?.id?.includes(one.gate))?.findings.length,
        )
        for (const result of run.results ?? []) {
          expect(result.message.text).not.toBe("")
          expect(run.tool.driver.rules?.[result.ruleIndex ?? -1]?.id).toBe(result.ruleId)
          const uri = result.locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? ""
          expect(uri).toMatch(/^(?:[A-Za-z0-9_.!~*'()/-]|%[0-9A-F]{2})+$/)
        }
      }
    }),
  )
})
