import { describe, expect, test } from "vitest"
import { fingerprint, type ToolFinding } from "../../../src/domain/index.ts"
import type { ToolOutcome } from "../../../src/gates/gate.ts"
import { judgeLeaks as decide } from "../../../src/gates/secrets/decide.ts"
import {
  commitsScanned,
  type Leak,
  leakFindings,
  readGitleaks,
  readScans,
} from "../../../src/gates/secrets/read.ts"
import { recorded } from "./recorded.ts"

const leak = (change: Partial<Leak> = {}): Leak => ({
  RuleID: "generic-api-key",
  Description: "A key.",
  StartLine: 3,
  StartColumn: 1,
  Match: 'key = "REDACTED"',
  Entropy: 4.5,
  File: "src/a.ts",
  Commit: "",
  Date: "",
  ...change,
})

const ran = (files: Record<string, string>) => ({
  finished: true as const,
  exitCode: 0,
  files,
  out: undefined as never,
})
const failed = { finished: false as const, why: "gitleaks was ended by SIGKILL" }
const tree = ran({ "tree.json": recorded("gitleaks/clean-directory.json") })
const history = ran({
  "history.json": recorded("gitleaks/clean-history.json"),
  "history.log": recorded("gitleaks/clean-history.stderr"),
})

const identity = (finding: ToolFinding) => fingerprint({ ...finding, gate: "secrets" })

/** What the gate does with what its tools left. */
const judgeLeaks = (ofHistory: ToolOutcome | undefined, ofTree: ToolOutcome) =>
  decide(readScans(ofHistory, ofTree))

describe("secrets", () => {
  test("a secret in the history names its commit and has no trace of the secret", () => {
    const leaks = readGitleaks(recorded("gitleaks/finding-in-history.json"))
    const [finding] = leakFindings(leaks, [])
    expect(finding).toMatchObject({
      rule: "github-pat",
      severity: "critical",
      location: { file: "src/settings.ts", line: 2 },
      subject: `${leaks[0]?.Commit}:2`,
    })
    expect(JSON.stringify(finding)).not.toMatch(/ghp_/)
  })

  test("a secret in the tree is found", () => {
    const found = readGitleaks(recorded("gitleaks/finding-in-directory.json"))
    expect(leakFindings([], found)).toHaveLength(1)
  })

  test("committed and still there: one finding, which says so", () => {
    const committed = leak({ Commit: "c".repeat(40), Date: "2026-01-06T10:00:00Z", StartLine: 1 })
    const findings = leakFindings([committed], [leak()])
    expect(findings).toHaveLength(1)
    expect(findings[0]?.message).toContain("still in the tree")
  })

  test("another secret in the tree is not taken for the one in the history of its file", () => {
    const committed = leak({ Commit: "c".repeat(40), Date: "2026-01-06T10:00:00Z", StartLine: 1 })
    const findings = leakFindings([committed], [leak({ Entropy: 4.25 })])
    expect(findings.map(({ message }) => message)).toEqual([
      expect.not.stringContaining("still in the tree"),
      expect.stringContaining("in the tree"),
    ])
  })

  test("moving a line keeps the identity; a second equal one in the file has another", () => {
    const [before] = leakFindings([], [leak()])
    const [after, second] = leakFindings([], [leak({ StartLine: 90 }), leak({ StartLine: 91 })])
    if (before === undefined || after === undefined || second === undefined)
      throw new Error("findings are missing")
    expect(identity(after)).toBe(identity(before))
    expect(identity(second)).not.toBe(identity(before))
  })

  test("another secret in the same place has another identity: a waiver for the first does not cover it", () => {
    const [before] = leakFindings([], [leak()])
    const [after] = leakFindings([], [leak({ Entropy: 4.25 })])
    if (before === undefined || after === undefined) throw new Error("findings are missing")
    expect(identity(after)).not.toBe(identity(before))
  })

  test("clean history and tree", () => {
    expect(judgeLeaks(history, tree)).toMatchObject({ findings: [], errors: [], figures: { commits: 1 } })
  })

  test("a scan that did not happen is an error, whatever the other one says", () => {
    expect(judgeLeaks(failed, tree).errors).toHaveLength(1)
    expect(judgeLeaks(history, failed).errors).toHaveLength(1)
  })

  test("a history scan that says nothing about commits is an error", () => {
    expect(judgeLeaks(ran({ "history.json": "[]", "history.log": "" }), tree).errors).toHaveLength(1)
    expect(commitsScanned("9:47AM INF 0 commits scanned.")).toBe(0)
  })

  test("a scan that was cut short is an error, of the tree as of the history", () => {
    const log = "5:40PM WRN partial scan completed in 653ms\n5:40PM WRN no leaks found in partial scan"
    expect(judgeLeaks(history, ran({ ...tree.files, "tree.log": log })).errors).toHaveLength(1)
    const cut = ran({ ...history.files, "history.log": `${history.files["history.log"]}${log}` })
    expect(judgeLeaks(cut, tree).errors).toHaveLength(1)
  })

  test("without history the summary says so", () => {
    expect(judgeLeaks(undefined, tree).summary).toBe("no secret in the tree, not its history")
  })

  test.each([undefined, "", "null", "{}"])("report %j is unreadable", (text) => {
    expect(() => readGitleaks(text)).toThrow(/OUTPUT_UNREADABLE/)
  })
})
