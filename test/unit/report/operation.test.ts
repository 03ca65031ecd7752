import { parseXml, XmlElement } from "@rgrove/parse-xml"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { OperationEvidence, OperationReport } from "../../../src/domain/index.ts"
import {
  operationDirectory,
  operationHtml,
  operationJUnit,
  operationMarkdown,
} from "../../../src/report/index.ts"
import { digest, hostile, skeleton } from "./reports.ts"

const operation: OperationReport = {
  schemaVersion: 1,
  command: "run",
  environment: "production",
  namespace: "shop-prod",
  operation: "op-7",
  call: "op-7",
  kind: "promote",
  planHash: digest,
  fence: 7,
  known: null,
  exitCode: 15,
  outcome: "rolled-back",
  cause: "smoke test GET /health answered 500",
  error: { code: "ROLLED_BACK", detail: { what: "rolled back", next: "mend and release again" } },
  started: "2026-03-01T10:00:00Z",
  ended: "2026-03-01T10:01:30Z",
  before: { revision: 3, status: "deployed", images: { web: ["sha256:old"] }, ready: true },
  after: { revision: 5, status: "deployed", images: { web: ["sha256:old"] }, ready: true },
  steps: [
    { id: "roll-out", title: "Roll out 1.1.0", state: "done", seconds: 12.5, note: null },
    { id: "smoke", title: "Smoke tests", state: "failed", seconds: 3, note: "GET /health answered 500" },
    { id: "load", title: "Load test", state: "pending", seconds: 0, note: null },
  ],
  files: [],
}
const evidence: OperationEvidence = {
  report: operation,
  smoke: {
    verdict: "fail",
    cases: [
      { name: "home", passed: true, seconds: 0.1 },
      { name: "GET /health", passed: false, seconds: 0.2, message: "status 500" },
    ],
  },
  load: {
    verdict: "pass",
    profile: "safety",
    requests: 1200,
    errorRate: 0.0025,
    p95Ms: 41.5,
    seconds: 30,
    objectives: [{ name: "p95 <= 500 ms", passed: true, measured: "41.5 ms" }],
  },
  diagnosis: {
    cause: "container web exits with 1",
    pods: [{ name: "web-1", state: "CrashLoopBackOff", restarts: 4 }],
    events: ["BackOff restarting failed container"],
    logs: { "web-1/web": "Error: no database" },
  },
}

describe("an operation that was rolled back", () => {
  test("shows outcome, cause, next action and every step as Markdown", () => {
    const text = operationMarkdown(evidence)
    for (const line of [
      "## ↩ promote to production: rolled-back",
      "Cause: smoke test GET /health answered 500",
      "Next: mend and release again",
      "| ✗ failed | Smoke tests | 3 s | GET /health answered 500 |",
      "| web | sha256:old | sha256:old |",
      "profile safety: 1,200 requests in 30 s, 0.25 % errors, p95 41.5 ms",
      "container web exits with 1",
      "| web-1 | CrashLoopBackOff | 4 |",
    ]) {
      expect(text).toContain(line)
    }
  })

  test("fails the step, the smoke test and the operation as JUnit", () => {
    const root = parseXml(operationJUnit(evidence)).root
    const suites = root?.children.filter((child) => child instanceof XmlElement) ?? []
    expect(
      suites.map(({ attributes: { name, tests, failures, skipped } }) => [name, tests, failures, skipped]),
    ).toEqual([
      ["production", "4", "2", "1"],
      ["smoke", "2", "1", "0"],
      ["load", "1", "0", "0"],
    ])
  })

  test("shows the logs as HTML", () => {
    const page = operationHtml(evidence)
    expect(page).toContain("Error: no database")
    expect(page).not.toMatch(/<script|<img|<link/)
  })

  test("is written in every format", () => {
    expect(Object.keys(operationDirectory(evidence))).toEqual([
      "report.json",
      "report.md",
      "report.html",
      "junit.xml",
    ])
  })
})

describe("who has approved it", () => {
  const entry = (approvedBy: unknown) =>
    ({ by: "ci", set: { version: "1.1.0" }, approvedBy }) as unknown as NonNullable<
      OperationEvidence["entry"]
    >

  test("is named in Markdown and HTML", () => {
    const approved = { ...evidence, entry: entry(["alice", "<b>bob</b>"]) }
    expect(operationMarkdown(approved)).toContain("- Approved by: alice, ")
    expect(operationHtml(approved)).toContain("alice, &#60;b&#62;bob")
  })

  test.each([undefined, null, "alice", { alice: 1 }])("is left out where it is no list: %j", (approvedBy) => {
    expect(operationMarkdown({ ...evidence, entry: entry(approvedBy) })).not.toContain("Approved by")
  })
})

describe("an operation by an override", () => {
  const override = { rules: ["promotion"], reason: "outage 7 <b>", until: "2026-03-02T10:00:00.000Z" }
  const by = (value: unknown): OperationEvidence => ({
    ...evidence,
    entry: { by: "ci", set: { version: "1.1.0" }, override: value } as unknown as NonNullable<
      OperationEvidence["entry"]
    >,
  })
  const text = "OVERRIDE of promotion until 2026-03-02T10:00:00.000Z: outage 7"

  test("is red in Markdown, HTML and JUnit, before anything else", () => {
    const markdown = operationMarkdown(by(override)).split("\n")
    expect(markdown[2]).toBe("> [!CAUTION]")
    expect(markdown[3]).toContain("OVERRIDE of promotion until")
    expect(markdown[3]).not.toContain("<b>")
    const page = operationHtml(by(override))
    expect(page).toMatch(/<\/h1>\n<p class="note override"><strong>OVERRIDE of promotion until/)
    expect(page).toContain(".override{border-color:var(--bad);color:var(--bad)}")
    expect(operationJUnit(by(override))).toContain(text)
    expect(operationDirectory(by(override))["report.json"]).toContain('"reason": "outage 7 <b>"')
  })

  test.each([{}, { rules: null }, { rules: {}, reason: 7 }])(
    "is shown whatever it is made of: %j",
    (value) => {
      for (const page of [operationMarkdown(by(value)), operationHtml(by(value)), operationJUnit(by(value))])
        expect(page).toContain("OVERRIDE of")
    },
  )

  test("is not there without one", () => {
    for (const value of [undefined, null, "promotion"])
      expect(operationMarkdown(by(value))).not.toMatch(/OVERRIDE|CAUTION/)
  })
})

test("an interrupted step counts as failed", () => {
  const steps = [{ id: "smoke", title: "Smoke tests", state: "running", seconds: 0, note: null }] as const
  expect(operationJUnit({ report: { ...operation, steps } })).toContain('tests="2" failures="2"')
})

test("hostile notes, names and logs stay text", () => {
  const tags = (html: string) => html.match(/<[^>]*>/g)
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const filled = (one: string, other: string): OperationEvidence => ({
        report: {
          ...operation,
          cause: one,
          steps: operation.steps.map((step) => ({ ...step, title: other, note: one })),
        },
        smoke: { verdict: "fail", cases: [{ name: one, passed: false, seconds: 0, message: other }] },
        diagnosis: {
          cause: one,
          pods: [{ name: other, state: one, restarts: 1 }],
          events: [other],
          logs: { x: one },
        },
      })
      const data = filled(a, b)
      expect(tags(operationHtml(data))).toEqual(tags(operationHtml(filled("x", "y"))))
      expect(skeleton(operationMarkdown(data))).toEqual(skeleton(operationMarkdown(filled("x", "y"))))
      expect(() => parseXml(operationJUnit(data))).not.toThrow()
      expect(operationMarkdown(data)).not.toMatch(/^\s*::|##\[/m)
    }),
  )
})

describe("V33 evidence with text where a number is expected", () => {
  const img = "<img src=x>"
  /** Every number, of whatever is there, replaced by text. */
  const texts = (value: unknown): unknown => {
    if (typeof value === "number") return img
    if (Array.isArray(value)) return value.map(texts)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, texts(inner)]))
  }

  test.each([
    [
      "V33 restarts of a pod",
      { ...evidence, diagnosis: { ...evidence.diagnosis, pods: [{ name: "w", state: "x", restarts: img }] } },
    ],
    ["V33 seconds of a step", { ...evidence, report: { ...operation, steps: texts(operation.steps) } }],
    ["sibling of V33: seconds of a smoke test", { ...evidence, smoke: texts(evidence.smoke) }],
    ["sibling of V33: revisions, exit code, fence", { ...evidence, report: texts(operation) }],
  ])("%s is escaped", (_what, forged) => {
    const page = operationHtml(forged as unknown as OperationEvidence)
    expect(page).not.toContain(img)
    expect(page).toContain("&#60;img src=x&#62;")
  })
})
