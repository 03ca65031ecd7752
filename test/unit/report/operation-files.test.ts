import { describe, expect, test } from "vitest"
import type { Journal, OperationReport } from "../../../src/domain/index.ts"
import { operationFiles, readEvidence } from "../../../src/report/index.ts"
import { digest } from "./reports.ts"

const report: OperationReport = {
  schemaVersion: 1,
  command: "run",
  environment: "staging",
  namespace: "shop-staging",
  operation: "op-3",
  call: "op-3",
  kind: "deploy",
  planHash: digest,
  fence: 3,
  known: null,
  exitCode: 0,
  outcome: "verified",
  cause: null,
  error: null,
  started: "2026-03-01T10:00:00Z",
  ended: "2026-03-01T10:00:20Z",
  before: null,
  after: null,
  steps: [{ id: "smoke", title: "Smoke tests", state: "done", seconds: 1, note: null }],
  files: [],
}
const journal: Journal = {
  schemaVersion: 1,
  operation: "op-4",
  kind: "deploy",
  environment: "staging",
  fence: 4,
  planHash: digest,
  plan: "{}",
  by: "ci",
  started: "2026-03-01T11:00:00Z",
  phase: "forward",
  steps: [
    { id: "roll-out", state: "done", started: "2026-03-01T11:00:00Z", ended: "2026-03-01T11:00:12.5Z" },
    { id: "smoke", state: "running", started: "2026-03-01T11:00:13Z" },
  ],
}
const texts = (files: Readonly<Record<string, unknown>>) =>
  new Map(
    Object.entries(files).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  )

describe("the files of an operation", () => {
  test("include HTML, Markdown and JUnit reports", () => {
    const files = operationFiles(texts({ "operation.json": report }))
    expect(Object.keys(files)).toEqual(["report.json", "report.md", "report.html", "junit.xml"])
    expect(files["report.md"]).toContain("## ✓ deploy to staging: verified")
  })

  test("that was killed are rendered from the journal, as a failure", () => {
    const files = operationFiles(texts({ "journal.json": journal }))
    expect(files["report.md"]).toContain("## ✗ deploy to staging: failed")
    expect(files["report.md"]).toContain("the driver was interrupted")
    expect(files["report.md"]).toContain("| ✓ done | roll-out | 12.5 s |")
    expect(files["junit.xml"]).toContain('tests="3" failures="2"')
    expect(JSON.parse(files["report.json"] ?? "")).toMatchObject({
      report: { operation: "op-4", exitCode: 11 },
    })
  })

  test("that was killed after it had finished have the journal's outcome", () => {
    const finished = { ...journal, phase: "finished", outcome: "rolled-back", cause: "probe failed" }
    const { report } = readEvidence(texts({ "journal.json": finished }))
    expect(report).toMatchObject({ outcome: "rolled-back", exitCode: 15, cause: "probe failed" })
  })

  test("name every file that could not be read", () => {
    const broken = {
      "operation.json": report,
      "smoke.json": "{",
      "load.json": [],
      "diagnosis/pods.json": "null",
    }
    const evidence = readEvidence(texts(broken))
    expect(evidence.unreadable).toEqual(["smoke.json", "load.json", "diagnosis/pods.json"])
    expect(operationFiles(texts(broken))["report.md"]).toContain("- could not be read: smoke.json")
  })

  test("without report and journal are an error, never an empty report", () => {
    for (const files of [{}, { "operation.json": "{}" }, { "operation.json": "x", "journal.json": "[]" }]) {
      expect(() => operationFiles(texts(files))).toThrowError(
        expect.objectContaining({ code: "OUTPUT_UNREADABLE", exitCode: 11 }),
      )
    }
  })

  test("include the diagnosis of a failure", () => {
    const pods = [
      {
        metadata: { name: "web-1" },
        status: {
          phase: "Running",
          containerStatuses: [{ restartCount: 4, state: { waiting: { reason: "CrashLoopBackOff" } } }],
        },
      },
      { metadata: { name: "web-2" }, status: { phase: "Pending" } },
    ]
    const files = {
      "operation.json": report,
      "diagnosis/cause.txt": "crash: web exits with 1\n",
      "diagnosis/pods.json": pods,
      "diagnosis/events.txt": "newest\noldest",
      "diagnosis/logs/web-1-web.log": "Error: no database",
    }
    expect(readEvidence(texts(files)).diagnosis).toEqual({
      cause: "crash: web exits with 1",
      pods: [
        { name: "web-1", state: "CrashLoopBackOff", restarts: 4 },
        { name: "web-2", state: "Pending", restarts: 0 },
      ],
      events: ["oldest", "newest"],
      logs: { "web-1-web.log": "Error: no database" },
    })
  })

  test("include the smoke and load results unchanged", () => {
    const files = {
      "operation.json": report,
      "smoke.json": {
        verdict: "fail",
        checks: [
          { name: "home", ok: true, milliseconds: 120, problems: [] },
          { name: "health", ok: false, milliseconds: 80, problems: ["status 500", "no body"] },
        ],
      },
      "load.json": {
        verdict: "inconclusive",
        plan: { profile: "safety" },
        objectives: { errorRate: 0.01, p95Ms: 500, minimumRequests: 50 },
        figures: { requests: 12, errorRate: 0, p95Ms: 612.4, seconds: 3 },
        breaches: ["p95 at most 500 ms, measured 612.4 ms"],
      },
    }
    const { smoke, load } = readEvidence(texts(files))
    expect(smoke?.cases[1]).toEqual({
      name: "health",
      passed: false,
      seconds: 0.08,
      message: "status 500; no body",
    })
    expect(load?.verdict).toBe("inconclusive")
    expect(load?.objectives.map(({ passed, measured }) => [passed, measured])).toEqual([
      [false, "612 ms"],
      [true, "0 %"],
      [false, "12"],
      [false, "p95 at most 500 ms, measured 612.4 ms"],
    ])
  })

  test("name the version and who acted, from the ledger's entry", () => {
    const set = { version: "1.2.3" }
    const ledger = {
      entries: [
        { operation: "op-2", set: { version: "1.0.0" } },
        { operation: "op-3", by: "ann", set },
      ],
    }
    const page = operationFiles(texts({ "operation.json": report, "ledger.json": ledger }))["report.md"]
    expect(page).toContain("- Version: 1.2.3")
    expect(page).toContain("- By: ann")
  })
})
