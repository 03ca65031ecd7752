/** What a finding is known by beside its rule and its file: the code that it is about, wherever that moves, and no other. */
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { hadolint } from "../../../src/gates/dockerfile/read.ts"
import { codeAt, codeIn, codeOf } from "../../../src/gates/engine/code-digests.ts"
import { findScripts } from "../../../src/gates/shell/find.ts"
import { shellcheck } from "../../../src/gates/shell/read.ts"
import { decideScan, placesToCite, readScan, type Scan } from "../../../src/gates/static-analysis/decide.ts"
import { findWorkflows } from "../../../src/gates/workflow/find.ts"
import { zizmor } from "../../../src/gates/workflow/zizmor.ts"
import { versions } from "../../../toolchain/versions.ts"
import { components, judge, recordings, reportOf, withReport } from "./support/linter.ts"
import { treeOf } from "./support/tree.ts"

const ofLine = (text: string, line: number, last = line) => codeOf(text.split("\n"), line, last)

describe("code", () => {
  test("is the same where its line moves, is indented, or ends otherwise", () => {
    const known = ofLine("eval(x)\n", 1)
    expect(known).toMatch(/^[\da-f]{20}$/)
    for (const text of ["\n\neval(x)", "\n\n  eval(x)  \r\n", "a\nb\n\teval(x)\nc"])
      expect(ofLine(text, 3)).toBe(known)
    expect(ofLine("eval(y)\n", 1)).not.toBe(known)
  })

  test("is that of all lines which a finding is about, and of those in which the last one goes on", () => {
    expect(ofLine("run(\n  a,\n)\n", 1, 3)).not.toBe(ofLine("run(\n  b,\n)\n", 1, 3))
    expect(ofLine("rm \\\n  -rf a\n", 1)).not.toBe(ofLine("rm \\\n  -rf /\n", 1))
    expect(ofLine("rm a\nls\n", 1)).toBe(ofLine("rm a\npwd\n", 1))
  })

  test("of an instruction of a Dockerfile has what follows comments, and its here-documents", () => {
    const ofRun = (text: string) => codeOf(text.split("\n"), 1, 1, true)
    expect(ofRun("RUN apt-get \\\n# for a\n\n  install a\n")).not.toBe(
      ofRun("RUN apt-get \\\n# for a\n\n  install b\n"),
    )
    expect(ofRun("RUN <<EOF\na\nEOF\nUSER 1\n")).not.toBe(ofRun("RUN <<EOF\nb\nEOF\nUSER 1\n"))
    expect(ofRun("RUN <<EOF\na\nEOF\nUSER 1\n")).toBe(ofRun("RUN <<EOF\na\nEOF\nUSER 2\n"))
    expect(ofRun("RUN <<-EOF\na\n\tEOF\nUSER 1\n")).toBe(ofRun("RUN <<-EOF\na\n\tEOF\nUSER 2\n"))
  })

  test("of a here-document ends where the build ends it: nothing is put behind a line that only looks like its end", () => {
    const ofRun = (text: string) => codeOf(text.split("\n"), 1, 1, true)
    const known = ofRun("RUN <<EOF\na\nEOF\n")
    expect(ofRun("RUN <<EOF\na\n EOF\nb\nEOF\n")).not.toBe(known)
    expect(ofRun("RUN <<EOF\na\n\tEOF\nb\nEOF\n")).not.toBe(known)
    for (const word of ["E@F", '"E F"', "'E@F'"]) {
      const end = word.replaceAll(/["']/g, "")
      const over = (text: string) => ofRun(`RUN <<${word}\n${text}\n${end}\n`)
      expect(over("a")).not.toBe(over("b"))
    }
  })

  test("of lines that a file does not have is none, however its lines are", () => {
    for (const [first, last] of [
      [0, 0],
      [3, 3],
      [2, 1],
      [1, 9],
    ] as const)
      expect(codeOf(["a", "b"], first, last)).toBeUndefined()
    fc.assert(
      fc.property(fc.array(fc.string()), fc.nat(20), fc.nat(20), fc.boolean(), (lines, first, last, is) => {
        const code = codeOf(lines, first, last, is)
        expect(code === undefined).toBe(first < 1 || last < first || last > lines.length)
      }),
    )
  })

  test("of what lies outside of the tree, or is no file, is not told", () => {
    const root = treeOf({ "in/a.js": "a\n", "b.js": "b\n" })
    const lines = [[1, 1] as const]
    const asked = ["a.js", "../b.js", "/etc/hosts", "gone.js", "."].map((file) => ({ file, lines }))
    expect(codeIn(join(root, "in"), asked).map(({ file }) => file)).toEqual(["a.js"])
  })

  test("of a directory is that of all its files and names; of a link to nothing, where it leads", () => {
    const root = treeOf({ "d/a": "1", "d/e/b": "2", "d/c": "3" })
    const at = (path: string) => codeAt(root, join(root, path))
    const before = at("d")
    expect(at("d")).toBe(before)
    writeFileSync(join(root, "d/e/b"), "4")
    const changed = at("d")
    renameSync(join(root, "d/c"), join(root, "d/f"))
    expect(new Set([before, changed, at("d")]).size).toBe(3)
    symlinkSync("nowhere", join(root, "l"))
    symlinkSync("elsewhere", join(root, "m"))
    expect(at("l")).not.toBe(at("m"))
    symlinkSync("d", join(root, "n"))
    expect(at("n")).toBe(at("d"))
  })

  test("of a link out of the tree is where it leads: what a device gives has no end", () => {
    const root = treeOf({ a: "1" })
    const [inside, beside] = [join(root, "in"), join(root, "beside")]
    mkdirSync(inside)
    writeFileSync(beside, "1")
    for (const [name, to] of [
      ["zero", "/dev/zero"],
      ["root", "/"],
      ["beside", "../beside"],
    ] as const)
      symlinkSync(to, join(inside, name))
    const codes = () => ["zero", "root", "beside"].map((name) => codeAt(inside, join(inside, name)))
    const before = codes()
    writeFileSync(beside, "2")
    expect(codes()).toEqual(before)
    expect(new Set(before).size).toBe(3)
  })
})

describe("a waiver has no word of what stands in the same place later", () => {
  /** What the same report is known by over some code. */
  function subjectOf(text: string, report: string): string | undefined {
    const files = [{ file: "a.py", language: "python" }]
    const scan: Scan = {
      ...{ problems: [], rules: [], selected: { files, notLooked: [], silencers: [] } },
      tools: [{ name: "bandit", version: versions.bandit }],
      bandit: {
        version: `bandit ${versions.bandit}`,
        outcome: {
          ...{ finished: true, exitCode: 1, out: undefined as never },
          files: { "stdout.txt": report },
        },
      },
    }
    const code = JSON.stringify(codeIn(treeOf({ "a.py": text }), placesToCite(scan)))
    return decideScan(readScan({ ...scan, code }), components).findings[0]?.subject
  }

  /** Reports that say the same of other code. */
  const subjectsOver = (texts: readonly string[]) => texts.map((text) => subjectOf(text, banditReport))
  const banditReport = JSON.stringify({
    errors: [],
    metrics: { _totals: {}, "./a.py": {} },
    results: [
      {
        ...{ filename: "./a.py", line_number: 3, line_range: [3], col_offset: 0, test_id: "B301" },
        ...{ issue_confidence: "HIGH", issue_severity: "MEDIUM", issue_text: "Pickle can be unsafe." },
      },
    ],
  })

  test("sibling of V42: of bandit, a waiver holds where the line moves, and for no other code", () => {
    const [known, moved, other] = subjectsOver(["\n\nload(a)\n", "\n\n  load(a)\nb\n", "\n\nload(b)\n"])
    expect(known).toMatch(/^Pickle can be unsafe\. \[code [\da-f]{20}\]$/)
    expect(moved).toBe(known)
    expect(other).not.toBe(known)
  })

  test("of bandit, it is for the whole call, where bandit names the line of one argument only", () => {
    const call = (command: string) => `import a\nrun(\n    ${command},\n    shell=True,\n)\n`
    const report = JSON.stringify({
      errors: [],
      metrics: { _totals: {}, "./a.py": {} },
      results: [
        {
          ...{ filename: "./a.py", line_number: 4, line_range: [2, 3, 4, 5], col_offset: 0 },
          ...{ issue_confidence: "HIGH", issue_severity: "HIGH", issue_text: "shell=True", test_id: "B602" },
        },
      ],
    })
    const [known, moved, other] = [call("'ls'"), call("    'ls'"), call("evil")].map((text) =>
      subjectOf(text, report),
    )
    expect(known).toMatch(/ \[code [\da-f]{20}\]$/)
    expect(moved).toBe(known)
    expect(other).not.toBe(known)
  })

  test("what the places say is missing is an error, never a finding that any code would be", () => {
    const files = [{ file: "a.py", language: "python" }]
    const outcome = { finished: true, exitCode: 1, files: { "stdout.txt": banditReport } } as const
    const scan: Scan = {
      ...{ problems: [], rules: [], selected: { files, notLooked: [], silencers: [] } },
      ...{ tools: [], bandit: { version: "bandit 1.0.0", outcome: { ...outcome, out: undefined as never } } },
    }
    expect(() => readScan(scan)).toThrow("code-digests.ts")
  })

  test("of ShellCheck, it is for all lines that a finding is about", () => {
    const run = recordings("shellcheck", versions.shellcheck)("findings")
    const report = JSON.parse(reportOf(run))
    const [first] = report.comments
    const spanned = { ...first, endLine: first.line + 1 }
    const text = JSON.stringify({ comments: [spanned] })
    const { findings } = shellcheck.read(text)
    expect(findings[0]).toMatchObject({ location: { line: first.line }, last: first.line + 1 })
    const [judged] = judge(withReport(run, text), shellcheck, "scripts").findings
    expect(judged).not.toHaveProperty("last")
  })

  test("of hadolint: every finding has the code of its instruction", () => {
    const run = recordings("hadolint", versions.hadolint)
    const { findings } = judge(run("findings"), hadolint, "Dockerfiles")
    expect(findings.length).toBeGreaterThan(3)
    for (const { subject } of findings) expect(subject).toMatch(/ \[code [\da-f]{20}\](?: #\d)?$/)
  })

  test("of zizmor, where more is meant than it shows", () => {
    const run = recordings("zizmor", versions.zizmor)("findings")
    const report = reportOf(run)
    const subjects = (text: string) =>
      judge(withReport(run, text), zizmor, "workflows")
        .findings.filter(({ rule }) => rule === "zizmor/template-injection")
        .map(({ subject }) => subject)
    const more = (last: string) =>
      subjects(report.replaceAll('"feature": "echo ', `"feature": "echo\\n${last}\\necho `))
    expect(subjects(report).join()).not.toContain("[code")
    expect(more("ls").join()).toContain("[code")
    expect(more("ls")).not.toEqual(more("pwd"))
  })

  test("of a script and a workflow that nobody could judge", () => {
    const codes = ["1", "2"].map((text) => {
      const root = treeOf({ "a.sh": `#!/usr/bin/env python3\n${text}\n`, "x/w.yml": text })
      mkdirSync(join(root, ".github"))
      symlinkSync("../x", join(root, ".github/workflows"))
      return [...findScripts(root).notLooked, ...findWorkflows(root).notLooked].map(({ code }) => code)
    })
    expect(codes[0]).toHaveLength(2)
    expect(codes.flat()).not.toContain(undefined)
    expect(new Set(codes.flat()).size).toBe(4)
  })
})
