/** N31 the security score in a report: over the security gates, an error where one of them has not judged. */
import { describe, expect, test } from "vitest"
import {
  checkConfig,
  checkSharedPolicy,
  parseConfig,
  policyChanges,
  policyOf,
  requiredIn,
  underShared,
} from "../../../src/config/index.ts"
import type { Severity } from "../../../src/domain/index.ts"
import type { Judgement } from "../../../src/gates/gate.ts"
import { toMarkdown } from "../../../src/report/index.ts"
import { minimalConfig } from "../config/texts.ts"
import { finding, gate } from "../report/reports.ts"
import { member, nothing, openNote, run } from "./support/members.ts"

const configOf = (security: string) =>
  parseConfig(`${minimalConfig}gates: { security: ${security} }\n`, "signalbox.yaml")
const blocking = configOf("{ required: [branch] }")
const found = (...all: readonly Severity[]): Partial<Judgement> => ({
  findings: all.map((severity, at) => ({ rule: `r${at}`, severity, message: "m", subject: `s${at}` })),
  failOn: ["critical"],
})
const security = (name: string, change: Partial<Judgement> = {}) =>
  member(name, { decide: () => ({ ...nothing, ...change }) }, { kind: "security" })
const judged = async (members: Parameters<typeof run>[0], change = {}, config = blocking) => {
  const data = await run(members, change, openNote, config)
  return { data, score: data.gates.find(({ gate }) => gate === "security") }
}
const high = (times: number): Partial<Judgement> =>
  found(...Array.from({ length: times }, () => "high" as const))

describe("N31 the score of a report", () => {
  test("is that of all security gates together, and of no other gate", async () => {
    const quality = member("lint", { decide: () => ({ ...nothing, ...high(9) }) })
    const { data, score } = await judged([security("a", high(3)), security("b", high(3)), quality])
    expect(data.verdict).toBe("pass")
    expect(score).toMatchObject({
      kind: "security",
      verdict: "pass",
      figures: { score: 70, threshold: 70, high: 6 },
    })
    expect(toMarkdown(data)).toContain("| security | ✓ pass | security score 70.0 of 100 (threshold 70.0) |")
  })

  test.each([
    ["below the threshold", high(7), "Security score 65.0 below threshold"],
    ["with a critical finding", found("critical", "critical"), "Security gate failed: 2 critical findings"],
  ])("%s fails with that sentence", async (_, change, summary) => {
    const { data, score } = await judged([security("a", { ...change, failOn: ["critical"] })])
    expect(data.verdict).toBe("fail")
    expect(score).toMatchObject({ verdict: "fail", summary })
    expect(score).not.toHaveProperty("required")
  })

  test("counts once what two gates find under one name in one file, and the graver of both", async () => {
    const locked = (severity: Severity, file: string): Partial<Judgement> => ({
      findings: [{ rule: "CVE-2021-44906", severity, message: "m", subject: "s", location: { file } }],
      failOn: ["critical"],
    })
    const { score } = await judged([
      security("a", locked("high", "package-lock.json")),
      security("b", locked("medium", "package-lock.json")),
      security("c", locked("high", "image:web")),
    ])
    expect(score?.figures).toMatchObject({ score: 90, high: 2 })
    expect(score?.figures).not.toHaveProperty("medium")
  })

  test("counts ten times what one gate finds ten times under one name", async () => {
    const same = {
      rule: "r",
      severity: "high" as const,
      message: "m",
      subject: "s",
      location: { file: "a.ts" },
    }
    const ten = { findings: Array.from({ length: 10 }, () => same), failOn: ["critical" as const] }
    const once = { findings: [{ ...same, severity: "medium" as const }], failOn: ["critical" as const] }
    expect((await judged([security("a", ten)])).score?.figures).toMatchObject({ high: 10 })
    expect((await judged([security("a", once), security("b", ten)])).score?.figures).toMatchObject({
      high: 10,
    })
  })

  test("does not count what is waived", async () => {
    const waiver = {
      ...{ id: "w", gate: "a", rule: "r0", subject: "s0", reason: "x", owner: "o", expires: "2026-03-02" },
    }
    const { score } = await judged([security("a", found("critical"))], { waivers: [waiver] })
    expect(score).toMatchObject({ verdict: "pass", figures: { score: 100 } })
  })

  test("is an error where a security gate has not judged, or not all of it, even beside findings", async () => {
    for (const change of [{ errors: ["no database"] }, { ...high(9), errors: ["no database"] }]) {
      const { data, score } = await judged([security("a", change), security("b")])
      expect(score).toMatchObject({ verdict: "error", figures: {} })
      expect(score?.summary).toBe("no security score, because not everything was judged: a: no database")
      expect(data.verdict).not.toBe("pass")
    }
    const late = { failFast: true, parallel: 1 }
    const { score } = await judged(
      [member("lint", { decide: () => ({ ...nothing, ...found("critical") }) }), security("a")],
      late,
    )
    expect(score?.summary).toMatch(/^no security score, .*: a: not started/)
  })

  test("fails by a critical finding also where not all of it was judged, and says both", async () => {
    const change = { ...found("critical"), errors: ["no database"] }
    const { data, score } = await judged([security("a", change), security("b")])
    expect(data.verdict).toBe("fail")
    expect(score).toMatchObject({
      ...{ verdict: "fail", figures: {}, errors: ["a: no database"] },
      summary: "Security gate failed: 1 critical findings; could not be judged: a: no database",
    })
  })

  test("is reported only, with a warning, where no context requires it", async () => {
    const { data, score } = await judged([security("a", high(7))], {}, configOf("{ required: [release] }"))
    expect(data.verdict).toBe("pass")
    expect(score).toMatchObject({ verdict: "fail", required: false })
    expect(toMarkdown(data)).toContain("| security | ⚠ warning: fail | Security score 65.0 below threshold |")
  })

  test("is none of a part of the gates, of no security gate, and of those that have nothing to judge", async () => {
    expect((await judged([security("a"), member("b")], { chosen: ["b"] })).score).toBeUndefined()
    expect((await judged([member("b")])).score).toBeUndefined()
    const base = () => ({ findings: [], renamed: new Map<string, string>() })
    expect((await judged([security("a", high(7))], { base })).score).toBeUndefined()
    const none = member("a", { appliesTo: async () => ({ applies: false, why: "no" }) }, { kind: "security" })
    expect((await judged([none, member("b")])).score).toMatchObject({ verdict: "skipped", required: false })
  })

  test("of a part is that of the whole where it is known what the others have found: those that judge again count as they are now", async () => {
    const both = [security("a", high(6)), security("b", found("critical"))]
    const before = await run(both, {}, openNote, blocking)
    const lint = gate({ gate: "lint", kind: "quality", findings: [{ ...finding, severity: "critical" }] })
    const again = { chosen: ["b"], beside: [...before.gates, lint] }
    const now = await judged([security("a", found("critical")), security("b", found("medium"))], again)
    expect(now.score).toMatchObject({ verdict: "fail", figures: { score: 69.5, high: 6, medium: 1 } })
    expect(now.data).toMatchObject({ verdict: "fail", partial: true })
  })
})

describe("N31 its settings", () => {
  test("are 70.0, and no context; a context makes it a required gate", () => {
    expect(configOf("{}").gates.security).toEqual({ threshold: 70, required: [] })
    expect(requiredIn(blocking.gates, "branch")).toContain("security")
    expect(requiredIn(blocking.gates, "release")).not.toContain("security")
    expect(
      checkConfig(`${minimalConfig}gates: { security: { threshold: 101 } }\n`, "f").problems,
    ).toHaveLength(1)
  })

  test("of a shared policy and a repository: the higher threshold, and the contexts of both", async () => {
    const text = "schemaVersion: 1\ngates: { security: { threshold: 80, required: [release] } }\n"
    const { value: policy } = await checkSharedPolicy(text, "policy.yaml")
    const { source } = checkConfig(minimalConfig, "signalbox.yaml")
    if (policy === undefined) throw new Error("the shared policy has mistakes")
    const under = (own: string) =>
      underShared(configOf(own), source, { reference: "r", policy }).gates.security
    expect(under("{ threshold: 50, required: [branch] }")).toEqual({
      threshold: 80,
      required: ["branch", "release"],
    })
    expect(under("{ threshold: 90 }")).toEqual({ threshold: 90, required: ["release"] })
  })

  test("are told as a change of the policy, and as stricter only where they are", () => {
    const policy = (own: string) =>
      policyOf({ config: configOf(own), waivers: [], environments: {}, toolbox: null })
    const change = (before: string, after: string) =>
      policyChanges(policy(before), policy(after)).map(({ path, stricter = false }) => [path, stricter])
    expect(change("{ threshold: 80 }", "{}")).toEqual([["gates.security.threshold", false]])
    expect(change("{}", "{ threshold: 80 }")).toEqual([["gates.security.threshold", true]])
    expect(change("{}", "{ required: [branch] }")).toEqual([["gates.security.required", true]])
    expect(change("{ required: [branch] }", "{}")).toEqual([["gates.security.required", false]])
  })
})
