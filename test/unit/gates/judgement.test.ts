import { describe, expect, test } from "vitest"
import type { Finding, Severity, Waiver } from "../../../src/domain/index.ts"
import { concludeGate } from "../../../src/gates/engine/judgement.ts"
import { mergeJudgements } from "../../../src/gates/engine/merge.ts"
import type { Judgement } from "../../../src/gates/gate.ts"

const finding = (change: Partial<Finding> = {}): Finding => ({
  gate: "lint",
  rule: "no-eval",
  severity: "high",
  message: "eval is harmful",
  location: { file: "a.ts", line: 3 },
  subject: "eval is harmful",
  ...change,
})

const judgement = (change: Partial<Judgement> = {}): Judgement => ({
  ...{ findings: [], errors: [], summary: "12 files", tools: [], figures: {}, reports: {} },
  ...change,
})

const waiver: Waiver = {
  id: "w1",
  gate: "lint",
  rule: "no-eval",
  file: "a.ts",
  subject: "eval is harmful",
  reason: "sandboxed",
  owner: "platform",
  expires: "2026-12-31",
}

const conclude = (change: Partial<Judgement>, waivers: readonly Waiver[] = [], date = "2026-11-21") =>
  concludeGate(
    { name: "lint", title: "Lint", kind: "quality", required: true, skipped: [] },
    judgement(change),
    waivers,
    date,
  )

describe("a gate's verdict", () => {
  test("nothing found: pass, with what was looked at", () => {
    expect(conclude({}).result).toMatchObject({ verdict: "pass", summary: "12 files" })
  })

  test("a finding: fail, errors are listed beside it", () => {
    const { result } = conclude({ findings: [finding()], errors: ["backend: crashed"] })
    expect(result).toMatchObject({
      verdict: "fail",
      summary: "1 finding: 1 high; could not be judged: backend: crashed",
    })
  })

  test("an error alone: error, on one line", () => {
    expect(conclude({ errors: ["one\n  two"] }).result).toMatchObject({
      verdict: "error",
      summary: "could not be judged: one | two",
    })
  })

  test("hints do not refuse; neither do severities that the gate does not fail on", () => {
    expect(conclude({ findings: [finding({ severity: "info" })] }).result.verdict).toBe("pass")
    expect(
      conclude({ findings: [finding({ severity: "medium" })], failOn: ["critical", "high"] }).result.verdict,
    ).toBe("pass")
    expect(conclude({ findings: [finding({ severity: "low" })] }).result.verdict).toBe("fail")
  })

  test.each<[string, Severity, Severity[]]>([
    ["V09 failOn: [high] refuses critical findings", "critical", ["high"]],
    ["sibling of V09: failOn: [critical, low] refuses what lies between", "medium", ["critical", "low"]],
    ["sibling of V09: failOn: [info] refuses everything", "low", ["info"]],
  ])("%s", (_, severity, failOn) => {
    expect(conclude({ findings: [finding({ severity })], failOn }).result.verdict).toBe("fail")
  })

  test("a waived finding: waived, and listed", () => {
    const { result, stale } = conclude({ findings: [finding()] }, [waiver])
    expect(result).toMatchObject({ verdict: "waived", findings: [], waived: [{ waiver: { id: "w1" } }] })
    expect(stale).toEqual([])
  })

  test("an expired waiver lets nothing through", () => {
    const { result, stale } = conclude({ findings: [finding()] }, [waiver], "2027-01-01")
    expect(result.verdict).toBe("fail")
    expect(stale).toEqual([{ id: "w1", why: "expired" }])
  })

  test("an unused waiver is reported, unless nothing could be judged", () => {
    expect(conclude({}, [waiver]).stale).toEqual([{ id: "w1", why: "unused" }])
    expect(conclude({ errors: ["crashed"] }, [waiver]).stale).toEqual([])
  })

  test("a waived finding does not hide an error", () => {
    expect(conclude({ findings: [finding()], errors: ["crashed"] }, [waiver]).result.verdict).toBe("error")
  })

  test("reports are named by digest", () => {
    expect(conclude({ reports: { "backend/stdout.txt": "" } }).result.reports).toEqual({
      "backend/stdout.txt": "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    })
  })

  test("components are put together: everything is kept, figures add up, a tool is named once", () => {
    const tool = { name: "tsc", version: "6.0.3" }
    const part = (name: string) =>
      judgement({ summary: `${name}: 2 files`, figures: { files: 2 }, tools: [tool] })
    expect(mergeJudgements([part("a"), part("b")])).toMatchObject({
      summary: "a: 2 files; b: 2 files",
      figures: { files: 4 },
      tools: [tool],
    })
  })
})

describe("against a base revision", () => {
  const compared = (change: Partial<Judgement>, then: readonly Finding[], unjudged?: string) =>
    concludeGate(
      {
        ...{ name: "lint", title: "Lint", kind: "quality", required: true, skipped: [] },
        base: { findings: then, renamed: new Map(), ...(unjudged === undefined ? {} : { unjudged }) },
      },
      judgement(change),
      [waiver],
      "2026-11-21",
    )
  const another = finding({ rule: "no-new" })

  test("what it has, too, is known before and does not fail, whatever its line", () => {
    const moved = finding({ rule: "no-new", location: { file: "a.ts", line: 80 } })
    expect(compared({ findings: [moved] }, [another]).result).toMatchObject({
      ...{ verdict: "pass", findings: [], summary: "12 files; 1 known before" },
      baseline: { known: [moved], gone: 0 },
    })
  })

  test("what is new fails", () => {
    expect(compared({ findings: [another] }, []).result).toMatchObject({
      ...{ verdict: "fail", findings: [another], summary: "1 finding: 1 high" },
      baseline: { known: [], gone: 0 },
    })
  })

  test("what is waived stays waived, and its waiver is used", () => {
    const { result, stale } = compared({ findings: [finding()] }, [finding()])
    expect(result).toMatchObject({ verdict: "waived", baseline: { known: [], gone: 0 } })
    expect(stale).toEqual([])
  })

  test("what could not be judged is an error, whatever was known", () => {
    const { result } = compared({ findings: [another], errors: ["api: crashed"] }, [another])
    expect(result).toMatchObject({ verdict: "error", errors: ["api: crashed"] })
  })

  test("where the base could not be judged, everything counts as new, and that is said", () => {
    const { result } = compared({ findings: [another] }, [], "npm ci failed")
    expect(result).toMatchObject({
      verdict: "fail",
      summary: "1 finding: 1 high; what the base could not be asked for counts as new",
      baseline: { unjudged: "npm ci failed" },
    })
  })
})
