import { describe, expect, test } from "vitest"
import { fingerprint, type ToolFinding } from "../../../src/domain/index.ts"
import type { ToolOutcome } from "../../../src/gates/gate.ts"
import { judgeLeaks as decide } from "../../../src/gates/secrets/decide.ts"
import {
  leakFindings as findingsOf,
  type Leak,
  readGitleaks,
  readScans,
} from "../../../src/gates/secrets/read.ts"
import { refsIn } from "../../../src/gates/secrets/refs.ts"
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
  Ref: "",
  ...change,
})

const leakFindings = (history: readonly Leak[], tree: readonly Leak[], others: readonly Leak[] = []) =>
  findingsOf({ history, tree, others, revision: "HEAD" })

const ran = (files: Record<string, string>) => ({
  finished: true as const,
  exitCode: 0,
  files,
  out: undefined as never,
})
const failed = { finished: false as const, why: "gitleaks was ended by SIGKILL" }
const scanOf = (kind: "history" | "tree", looked: object, report = "[]") =>
  ran({ [`${kind}.json`]: report, [`${kind}.scan.json`]: JSON.stringify({ unsearched: [], ...looked }) })
const tree = scanOf("tree", { texts: 3 }, recorded("gitleaks/clean-directory.json"))
const history = scanOf("history", { texts: 2, commits: 1 }, recorded("gitleaks/clean-history.json"))

const identity = (finding: ToolFinding) => fingerprint({ ...finding, gate: "secrets" })

/** What the gate does with what its scans left. */
const judgeLeaks = (ofHistory: ToolOutcome | undefined, ofTree: ToolOutcome, others?: ToolOutcome) =>
  decide(readScans({ history: ofHistory, tree: ofTree, others, revision: "HEAD" }))

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

  test("G01 a scan that looked at no commit, at no file, or does not say at how many is an error", () => {
    const errors = (...scans: Parameters<typeof judgeLeaks>) => judgeLeaks(...scans).errors
    expect(errors(scanOf("history", { texts: 0, commits: 0 }), tree)).toEqual(["the history has no commit"])
    expect(errors(scanOf("history", { texts: 0 }), tree)).toEqual([
      expect.stringContaining("how many commits"),
    ])
    expect(errors(history, scanOf("tree", { texts: 0 }))).toEqual(["the tree has no file"])
    expect(() => errors(ran({ "history.json": "[]" }), tree)).toThrow(/OUTPUT_UNREADABLE/)
  })

  test("G21 what only another ref reaches is info, with the name of the ref; the verdict is that of HEAD", () => {
    const wip = leak({ Commit: "d".repeat(40), Date: "2026-01-06T10:00:00Z", Ref: "refs/heads/wip" })
    const others = scanOf("history", { texts: 1, commits: 2 }, JSON.stringify([wip]))
    const { findings, errors, summary } = judgeLeaks(history, tree, others)
    expect(findings).toMatchObject([
      { severity: "info", message: expect.stringContaining("refs/heads/wip has this commit") },
    ])
    expect(errors).toEqual([])
    expect(summary).toBe(
      "no secret in 1 commits and the tree; 1 in 2 commits that only other refs have, which do not count",
    )
  })

  test("sibling of G21: other refs that cannot be read are named, and decide nothing", () => {
    const { errors, summary } = judgeLeaks(history, tree, {
      finished: false,
      why: "git: ignoring broken ref",
    })
    expect(errors).toEqual([])
    expect(summary).toContain("other refs were not searched: git: ignoring broken ref")
  })

  test("sibling of G21: a leak that the judged history has as well is told once, as its own", () => {
    const [one, other] = [leak({ Commit: "c".repeat(40) }), leak({ Commit: "d".repeat(40) })]
    expect(leakFindings([one], [], [other]).map(({ severity }) => severity)).toEqual(["critical"])
  })

  test("sibling of R2: what was not searched is named in the summary", () => {
    const unsearched = ["a.zip", "b.zip", "c.zip", "d.zip", "e.zip", "f.zip"].map((file) => ({
      file,
      why: "zip",
    }))
    const { summary, figures } = judgeLeaks(undefined, scanOf("tree", { texts: 6, unsearched }))
    expect(summary).toContain("; not searched: a.zip (zip), b.zip (zip), ")
    expect(summary).toMatch(/ and 1 more$/)
    expect(figures).toMatchObject({ unsearched: 6 })
  })

  test("without history the summary says so", () => {
    expect(judgeLeaks(undefined, tree).summary).toBe(
      "no secret in the tree without node_modules, not its history",
    )
  })

  test.each([undefined, "", "null", "{}"])("report %j is unreadable", (text) => {
    expect(() => readGitleaks(text)).toThrow(/OUTPUT_UNREADABLE/)
  })
})

describe("refs", () => {
  test("sibling of G21: tags with a message are told from refs that lead to no commit", () => {
    const listed = [
      ...["commit  refs/heads/main", "tag commit refs/tags/v1", "commit  refs/tags/light"],
      ...[
        "blob  refs/tags/key",
        "tag blob refs/tags/signed",
        "tree  refs/keep/tree",
        "tag tag refs/tags/twice",
      ],
    ]
    expect(refsIn(`${listed.join("\n")}\n`)).toEqual({
      tags: ["refs/tags/v1"],
      unsearched: [
        { file: "refs/tags/key", why: "it leads to a blob" },
        { file: "refs/tags/signed", why: "it leads to a blob" },
        { file: "refs/keep/tree", why: "it leads to a tree" },
        { file: "refs/tags/twice", why: "it leads to a tag" },
      ],
    })
  })

  test("sibling of G21: a secret in a tag's message is info with the name of the tag, and refs of blobs are named", () => {
    const token = { Commit: "refs/tags/v1", Ref: "refs/tags/v1", File: "tag message" }
    const others = scanOf("history", { texts: 1, commits: 0 }, JSON.stringify([leak(token)]))
    const refs = [{ file: "refs/tags/key", why: "it leads to a blob" }]
    const { findings, summary } = decide(readScans({ history, tree, others, refs, revision: "HEAD" }))
    expect(findings).toMatchObject([
      { severity: "info", message: "A key. Found in the message of refs/tags/v1: it does not count." },
    ])
    expect(summary).toContain("not searched: refs/tags/key (it leads to a blob)")
  })
})
