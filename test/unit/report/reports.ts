import fc from "fast-check"
import { marked } from "marked"
import {
  type Finding,
  type GateReportData,
  type GateResult,
  reportVerdict,
  severities,
  type TestCase,
  verdicts,
} from "../../../src/domain/index.ts"
import { gateNames } from "../../../src/gates/catalogue.ts"

export const digest = `sha256:${"a".repeat(64)}` as const

export const finding: Finding = {
  gate: "vulnerabilities",
  rule: "CVE-2021-23337",
  severity: "high",
  message: "Command injection in lodash",
  location: { file: "backend/package-lock.json", line: 12 },
  component: "backend",
  fix: "upgrade to lodash 4.17.21",
  help: "https://avd.example/CVE-2021-23337",
  subject: "lodash@4.17.20",
}

export function gate(change: Partial<GateResult> = {}): GateResult {
  return {
    gate: "vulnerabilities",
    kind: "security",
    verdict: "pass",
    summary: "no finding counts",
    tools: [{ name: "trivy", version: "0.74.0" }],
    findings: [],
    waived: [],
    figures: {},
    reports: {},
    ...change,
  }
}

export function report(gates: readonly GateResult[], change: Partial<GateReportData> = {}): GateReportData {
  return {
    schemaVersion: 1,
    project: "shop",
    date: "2026-03-01",
    context: "branch",
    partial: false,
    verdict: reportVerdict(gates),
    gates,
    staleWaivers: [],
    ...change,
  }
}

/** What must stay data: for terminals, CI logs, pages, Markdown, XML and JSON. */
export const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 10 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    "\n::set-output name=x::y",
    "\r\n::error file=a::b",
    "##[add-mask]x",
    "\u001b[31mred\u001b[0m",
    "\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007",
    "]]>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; &#x3c;",
    "| a | b |\n| --- | --- |",
    "[click](javascript:alert(1)) ![x](https://evil.example/x.png)",
    "`code` ``` ~~~\n# heading\n- item\n> quote\n***",
    "https://evil.example www.evil.example @everyone #1",
    "<!-- comment --> <![CDATA[ x ]]> <?pi?> --",
    "\u0000\u0008\u000b\ufffe\uffff",
    "\ud800 lone \udfff",
    "\u202eevil\u2066",
    "../../etc/passwd",
    "constructor",
    "",
    " ",
  ),
)

const hostileFinding = fc.record(
  {
    gate: fc.constantFrom(...gateNames),
    rule: hostile,
    severity: fc.constantFrom(...severities),
    message: hostile,
    location: fc.record(
      { file: hostile, line: fc.integer({ min: 1, max: 9999 }), column: fc.integer({ min: 1, max: 200 }) },
      { requiredKeys: ["file"] },
    ),
    component: hostile,
    fix: hostile,
    help: fc.oneof(hostile, fc.constant("https://rules.example/x")),
    subject: hostile,
  },
  { requiredKeys: ["gate", "rule", "severity", "message", "subject"] },
) as fc.Arbitrary<Finding>

const hostileCase: fc.Arbitrary<TestCase> = fc.record(
  {
    name: hostile,
    file: hostile,
    state: fc.constantFrom("passed", "failed", "skipped"),
    seconds: fc.double({ min: 0, max: 100, noNaN: true }),
    message: hostile,
  },
  { requiredKeys: ["name", "file", "state", "seconds"] },
) as fc.Arbitrary<TestCase>

const hostileGate = fc.record(
  {
    gate: fc.constantFrom(...gateNames),
    title: hostile,
    kind: fc.constantFrom("quality", "security"),
    required: fc.boolean(),
    onFail: fc.constant("warn"),
    verdict: fc.constantFrom(...verdicts),
    summary: hostile,
    skipped: fc.array(fc.record({ component: hostile, why: hostile }), { maxLength: 2 }),
    tools: fc.array(fc.record({ name: hostile, version: hostile }), { maxLength: 2 }),
    database: fc.record(
      { name: hostile, date: hostile, entries: fc.nat() },
      { requiredKeys: ["name", "date"] },
    ),
    findings: fc.array(hostileFinding, { maxLength: 4 }),
    waived: fc.array(
      fc.record({
        finding: hostileFinding,
        waiver: fc.record({
          id: hostile,
          owner: hostile,
          reason: hostile,
          expires: fc.constant("2027-01-01"),
          fingerprint: fc.constant(digest),
        }),
      }),
      { maxLength: 2 },
    ),
    figures: fc.oneof(
      fc.dictionary(hostile, fc.double({ noNaN: true, noDefaultInfinity: true }), { maxKeys: 2 }),
      fc.constant({ webPercent: 88.5, webBytes: 12_345_678 }),
    ),
    cases: fc.array(hostileCase, { maxLength: 3 }),
    reports: fc.dictionary(hostile, fc.constant(digest), { maxKeys: 2 }),
  },
  { requiredKeys: ["gate", "verdict", "summary", "tools", "findings", "waived", "figures", "reports"] },
) as fc.Arbitrary<GateResult>

const hostileFigures = fc.dictionary(
  fc.tuple(hostile, fc.constantFrom("Percent", "Bytes", "")).map((parts) => parts.join("")),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  { maxKeys: 3 },
)

const hostileEarlier: fc.Arbitrary<GateReportData["earlier"]> = fc.option(
  fc.record({
    ...{ version: hostile, date: hostile, unread: fc.array(hostile, { maxLength: 2 }) },
    gates: fc.array(
      fc.record({
        gate: fc.oneof(fc.constantFrom(...gateNames), hostile),
        verdict: fc.constantFrom(...verdicts),
        findings: fc.dictionary(fc.constantFrom(...severities), fc.nat()),
        figures: hostileFigures,
      }),
      { maxLength: 4 },
    ),
  }),
  { nil: undefined },
)

export const hostileReport: fc.Arbitrary<GateReportData> = fc
  .record({
    gates: fc.uniqueArray(hostileGate, { maxLength: 4, selector: (one) => one.gate }),
    project: hostile,
    partial: fc.boolean(),
    earlier: hostileEarlier,
    notJudged: fc.array(fc.record({ gate: fc.constantFrom(...gateNames), why: hostile }), { maxLength: 2 }),
    staleWaivers: fc.array(
      fc.record({ id: hostile, why: fc.constantFrom("expired" as const, "unused" as const) }),
      {
        maxLength: 2,
      },
    ),
  })
  .map(({ gates, earlier, ...rest }) =>
    report(gates, { ...rest, ...(earlier === undefined ? {} : { earlier }) }),
  )

/** The same report with every free text replaced by a harmless one: what its structure is compared with. */
export function tamed(data: GateReportData): GateReportData {
  const kept = new Set([
    "gate",
    "verdict",
    "onFail",
    "kind",
    "severity",
    "state",
    "context",
    "why",
    "date",
    "expires",
    "fingerprint",
  ])
  // Two of them are two choices of the page, so that they stay two.
  const components = new Map<string, string>()
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === "string" && key === "component") {
      components.set(value, components.get(value) ?? `x${components.size}`)
      return components.get(value)
    }
    if (typeof value === "string")
      return kept.has(key) && value !== "" ? value : value.trim() === "" ? "" : "x"
    if (Array.isArray(value)) return value.map((item) => walk(item, key))
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member, name)]))
  }
  return walk(data, "") as GateReportData
}

/** Element names of rendered Markdown in the order of the page, without their text. */
export function skeleton(markdown: string): string[] {
  const html = marked.parse(markdown.replaceAll("@<!-- -->", "@"), { async: false, gfm: true })
  return (html.match(/<\/?[a-z0-9]+|<!/gi) ?? []).filter((tag) => !/hr|br/.test(tag))
}
