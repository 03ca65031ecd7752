/** `onFail` of a gate: whether what it finds blocks. From signalbox.yaml to the evidence of a release. */
import { describe, expect, test } from "vitest"
import {
  checkConfig,
  checkSharedPolicy,
  formatProblem,
  parseConfig,
  policyChanges,
  policyHash,
  policyOf,
  requiredIn,
  underPolicy,
  underShared,
  warningGates,
} from "../../../src/config/index.ts"
import { evidenceRefusals } from "../../../src/deploy/plan/index.ts"
import { type GateEvidence, reportVerdict, type ToolFinding, withScan } from "../../../src/domain/index.ts"
import { createRecord, parseRecord, verifyRecord } from "../../../src/evidence/index.ts"
import { gateEvidence } from "../../../src/evidence/record.ts"
import { toHtml, toJUnit, toMarkdown, toSarif } from "../../../src/report/index.ts"
import { minimalConfig } from "../config/texts.ts"
import { environmentOf } from "../deploy/support/sets.ts"
import { digest, finding, gate, report } from "../report/reports.ts"
import { member, nothing, run } from "./support/members.ts"

const configOf = (gates: string) => parseConfig(`${minimalConfig}gates: ${gates}\n`, "signalbox.yaml")
const found: ToolFinding = { rule: "no-eval", severity: "high", message: "eval", subject: "eval" }
const style = (errors: readonly string[] = []) =>
  member("style", { decide: () => ({ ...nothing, findings: [found], errors }) })
const clean = member("clean")

describe("a required gate with onFail: warn", () => {
  test("that finds something is shown as failed, as a warning, and blocks nothing", async () => {
    const data = await run([style(), clean], { warning: ["style"] })
    expect(data.verdict).toBe("pass")
    expect(data.gates[0]).toMatchObject({ gate: "style", verdict: "fail", onFail: "warn" })
    expect(data.gates[0]).not.toHaveProperty("required")
    expect(data.gates[1]).not.toHaveProperty("onFail")
  })

  test("that could not judge blocks, also where it has found something beside", async () => {
    const [broken, both] = [
      member("style", { run: () => Promise.reject(new Error("crashed")) }),
      style(["b: crashed"]),
    ]
    for (const one of [broken, both]) {
      const data = await run([one, clean], { warning: ["style"] })
      expect(data).toMatchObject({ verdict: "error", gates: [{ verdict: "error" }, { verdict: "pass" }] })
      expect(data.gates[0]?.summary).toContain("crashed")
    }
    expect((await run([both])).verdict).toBe("fail")
  })

  test("does not let another gate through that fails", async () => {
    expect((await run([style(), { ...style(), name: "other" }], { warning: ["style"] })).verdict).toBe("fail")
  })

  test("one that is not required is no more than that", async () => {
    const data = await run([style(), clean], { warning: ["style"], required: ["clean"] })
    expect(data).toMatchObject({ verdict: "pass", gates: [{ required: false, verdict: "fail" }, {}] })
  })
})

describe("onFail of signalbox.yaml", () => {
  test("block requires a gate in every context, warn takes none out of the required ones", () => {
    const { gates } = configOf(
      "{ required: { fork: [unit], branch: [unit, lint] }, onFail: { lint: warn, secrets: block } }",
    )
    expect(requiredIn(gates, "fork")).toEqual(["unit", "secrets"])
    expect(requiredIn(gates, "branch")).toEqual(["unit", "lint", "secrets"])
    expect(warningGates(gates)).toEqual(["lint"])
    expect(warningGates(configOf("{}").gates)).toEqual([])
  })

  test.each([
    ["{ lnit: warn }", /unknown key "lnit".*did you mean "lint"/],
    ["{ lint: ignore }", /"ignore" is not allowed; allowed: block, warn/],
  ])("is checked: %s", (value, message) => {
    const { problems } = checkConfig(`${minimalConfig}gates: { onFail: ${value} }\n`, "signalbox.yaml")
    expect(problems.map(formatProblem).join("\n")).toMatch(message)
  })

  test("is the base's: a tree makes no warning of what blocks there", () => {
    const own = configOf("{ onFail: { secrets: warn } }")
    expect(underPolicy(own, configOf("{}")).gates.onFail).toBeUndefined()
    expect(underPolicy(configOf("{}"), own).gates.onFail).toEqual({ secrets: "warn" })
  })

  test("is told as a change, and as stricter only where it is", () => {
    const policy = (gates: string) =>
      policyOf({ config: configOf(gates), waivers: [], environments: {}, toolbox: null })
    const change = (before: string, after: string) =>
      policyChanges(policy(before), policy(after)).map(({ path, stricter = false }) => [path, stricter])
    const [none, warn, block] = ["{}", "{ onFail: { lint: warn } }", "{ onFail: { lint: block } }"]
    expect(change(none, warn)).toEqual([["gates.onFail.lint", false]])
    expect(change(warn, none)).toEqual([["gates.onFail.lint", true]])
    expect(change(warn, block)).toEqual([["gates.onFail.lint", true]])
    expect(change(none, block)).toEqual([["gates.onFail.lint", true]])
    expect(change(block, none)).toEqual([["gates.onFail.lint", false]])
    expect(change(block, warn)).toEqual([["gates.onFail.lint", false]])
    expect(policyHash(policy(none))).not.toBe(policyHash(policy(warn)))
  })

  test("of a shared policy blocks, and so does a gate that it requires, whatever a repository says", async () => {
    const under = async (own: string, shared: string) => {
      const { value } = await checkSharedPolicy(`schemaVersion: 1\ngates: ${shared}\n`, "policy.yaml")
      if (value === undefined) throw new Error("the shared policy has mistakes")
      const text = `${minimalConfig}gates: ${own}\n`
      const { source, value: config } = checkConfig(text, "signalbox.yaml")
      if (config === undefined) throw new Error("signalbox.yaml has mistakes")
      return underShared(config, source, { reference: "registry.example/policy", policy: value }).gates.onFail
    }
    const warn = "{ onFail: { lint: warn, unit: warn } }"
    expect(await under(warn, "{ onFail: { lint: block } }")).toEqual({ lint: "block", unit: "warn" })
    expect(await under(warn, "{ required: { fork: [lint] } }")).toEqual({ unit: "warn" })
    expect(await under("{}", "{ onFail: { lint: block } }")).toEqual({ lint: "block" })
    expect(await under(warn, "{}")).toEqual({ lint: "warn", unit: "warn" })
    expect(await under("{}", "{}")).toBeUndefined()
    const { problems } = await checkSharedPolicy("schemaVersion: 1\ngates: { onFail: { lint: warn } }\n", "p")
    expect(problems.map(formatProblem)).toEqual([
      'p:2:26: gates.onFail.lint: "warn" is not allowed; allowed: block',
    ])
  })
})

describe("a report with a gate that only warns", () => {
  const warned = gate({ gate: "lint", kind: "quality", verdict: "fail", onFail: "warn", findings: [finding] })
  const data = report([warned, gate()])

  test("says so in every form, and never pass of that gate", () => {
    expect(data.verdict).toBe("pass")
    expect(toMarkdown(data)).toContain("## ✓ Gates of shop: pass, 1 warning\n")
    expect(toMarkdown(data)).toContain("**Did not pass, but only warns (onFail):** lint (fail).")
    expect(toMarkdown(data)).toContain("| lint | ⚠ warning: fail |")
    expect(toHtml(data)).toContain("Did not pass, but only warns (onFail): lint (fail).")
    expect(toJUnit(data)).toContain('<skipped message="warning, onFail: warn:')
    expect(toJUnit(data)).not.toContain("<failure")
    expect(JSON.parse(toSarif(data)).runs[0]).toMatchObject({
      results: [{ level: "warning" }],
      properties: { verdict: "fail", required: true, onFail: "warn" },
    })
  })

  test("has it behind what blocks, in what is left to do as well", () => {
    const blocking = gate({ verdict: "fail", findings: [finding] })
    const page = toHtml(report([warned, blocking]))
    const steps = page.slice(page.indexOf("What to do"), page.indexOf("Overview"))
    expect([...steps.matchAll(/<li><a href="#gate-([a-z]+)">[^:]*:/g)].map(([all]) => all)).toEqual([
      expect.not.stringContaining("does not block"),
      expect.stringContaining("(does not block):"),
    ])
    expect(steps.indexOf("gate-vulnerabilities")).toBeLessThan(steps.indexOf("gate-lint"))
    expect(page.indexOf('id="gate-vulnerabilities"')).toBeLessThan(page.indexOf('id="gate-lint"'))
  })

  test("whose errors block reports them as such", () => {
    const broken = report([{ ...warned, verdict: "error", findings: [] }, gate()])
    expect(broken.verdict).toBe("error")
    expect(toJUnit(broken)).toContain("<error")
    expect(toMarkdown(broken)).not.toContain("only warns")
  })
})

describe("the evidence of a release with a gate that only warned", () => {
  const warned = gate({
    gate: "lint",
    verdict: "fail",
    onFail: "warn",
    summary: "1 finding",
    findings: [finding],
  })
  const record = createRecord({
    ...{ project: "shop", version: "1.4.0", source: { commit: "c".repeat(40), tree: "d".repeat(40) } },
    images: [
      { component: "web", repository: "r.example/shop/web", digest, platform: "linux/amd64", bytes: 1 },
    ],
    chart: { name: "app", version: "0.1.0", digest },
    gates: report([warned, gate()], { context: "release" }),
    builder: { name: "signalbox", version: "0.1.0", engine: "v0.21.7" },
    created: "2026-01-01T00:00:00Z",
  })

  test("says that it failed and why that did not block", () => {
    expect(record.gates[0]).toMatchObject({ gate: "lint", verdict: "fail", onFail: "warn" })
    expect(record.gates[0]).not.toHaveProperty("required")
    expect(parseRecord(JSON.stringify(record))).toEqual(record)
    const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
    const files = (stored: unknown) =>
      new Map([
        ["record.json", text(record)],
        ["gates/lint.json", text(stored)],
      ])
    const checks = (stored: unknown) =>
      verifyRecord(files(stored), { date: "2026-01-02T00:00:00Z" }).filter(({ name }) => name === "gate lint")
    expect(checks(warned)).toEqual([{ name: "gate lint", ok: true, detail: "onFail: warn, fail: 1 finding" }])
    expect(checks({ ...warned, verdict: "pass" })).toMatchObject([{ ok: false }])
  })

  const refusals = (gates: readonly GateEvidence[], warningNow: readonly string[], isProtected = true) =>
    evidenceRefusals(
      { ...record, gates },
      {
        environment: environmentOf({ name: "production", protected: isProtected }),
        requiredGates: isProtected ? ["lint"] : [],
        warningGates: warningNow,
        protectedBranches: [],
        date: "2026-01-02T00:00:00Z",
      },
    )
      .map(({ detail }) => detail.what)
      .filter((what) => /gate|evidence/.test(what))

  test("is enough as long as the gate only warns, and not any more once it blocks", () => {
    const gates = [gateEvidence(warned)]
    expect(refusals(gates, ["lint"])).toEqual([])
    expect(refusals(gates, [])).toEqual(["gate lint says fail", "evidence is missing for: lint"])
    expect(refusals(gates, [], false)).toEqual([])
  })

  test("is none where the gate did not judge, or was held to block", () => {
    const { onFail: _, ...blocked } = gateEvidence(warned)
    expect(refusals([blocked], ["lint"])).toContain("gate lint says fail")
    expect(refusals([{ ...gateEvidence(warned), verdict: "error" }], ["lint"])).toContain(
      "gate lint says error",
    )
    expect(refusals([], ["lint"])).toEqual(["evidence is missing for: lint"])
  })

  test("stays what it was after a later scan", () => {
    const old = gateEvidence({ ...warned, database: { name: "db", date: "2026-01-01" } })
    const { onFail: _, ...later } = { ...old, database: { name: "db", date: "2026-02-01" } }
    const scan = {
      schemaVersion: 1,
      record: digest,
      images: {},
      date: "",
      gates: [later],
      waivers: [],
    } as const
    expect(withScan({ gates: [old], waivers: [] }, scan).gates).toMatchObject([
      { onFail: "warn", database: { date: "2026-02-01" } },
    ])
  })
})

test("only gates that warn are no verdict of failure, and nothing judged is still none", () => {
  expect(reportVerdict([gate({ verdict: "fail", onFail: "warn" })])).toBe("pass")
  expect(reportVerdict([gate({ verdict: "error", onFail: "warn" })])).toBe("error")
  expect(reportVerdict([])).toBe("error")
})
