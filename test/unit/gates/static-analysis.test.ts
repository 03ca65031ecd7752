/** The gate `static-analysis` over what semgrep and bandit really left (test/recorded/static-analysis), and what is given to them. */
import { readdirSync, readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { gateContexts } from "../../../src/domain/index.ts"
import { requiredByDefault } from "../../../src/gates/catalogue.ts"
import { banditArgs } from "../../../src/gates/static-analysis/bandit.ts"
import { decideScan, readScan, type Scan } from "../../../src/gates/static-analysis/decide.ts"
import { gate } from "../../../src/gates/static-analysis/gate.ts"
import { fileKinds, mixed } from "../../../src/gates/static-analysis/languages.ts"
import { repeatedIds } from "../../../src/gates/static-analysis/rule-files.ts"
import { ownRules } from "../../../src/gates/static-analysis/rules/index.ts"
import { type Selected, selectFiles } from "../../../src/gates/static-analysis/select.ts"
import { wasCut } from "../../../src/gates/static-analysis/semgrep.ts"
import { semgrepArgs } from "../../../src/gates/static-analysis/semgrep-run.ts"
import {
  defaultStaticAnalysis,
  type StaticAnalysisSettings,
} from "../../../src/gates/static-analysis/settings.ts"
import { versions } from "../../../toolchain/versions.ts"
import { comparison, components, corpusOf, placesOf } from "./support/linter.ts"

const directory = new URL("../../recorded/static-analysis/", import.meta.url)

interface Case {
  readonly rules: Scan["rules"]
  readonly selected: Selected
  /** What code-digests.ts says of the places that they name. */
  readonly code: readonly object[]
  readonly semgrep: { readonly exitCode: number | null; readonly stderr: string }
  readonly bandit: { readonly exitCode: number; readonly version: string; readonly stderr?: string }
}

const { cases } = JSON.parse(readFileSync(new URL("cases.json", directory), "utf8")) as {
  readonly cases: Readonly<Record<string, Case>>
}

/** A run as the gate would have it: semgrep is not a judgement where it ended as none of its own codes. */
function scan(name: string): Scan {
  const found = cases[name]
  if (found === undefined) throw new Error(`no recording ${name}`)
  const { rules, selected, code, semgrep, bandit } = found
  const texts = Object.fromEntries(
    readdirSync(new URL(`${name}/`, directory)).map((file) => [
      file,
      readFileSync(new URL(`${name}/${file}`, directory), "utf8"),
    ]),
  )
  const finished = (exitCode: number, files: Readonly<Record<string, string>>) =>
    ({ finished: true, exitCode, files, out: undefined as never }) as const
  const { "semgrep.json": json = "", "bandit.json": python = "", ...rest } = texts
  const hasPython = selected.files.some(({ language }) => language === "python")
  return {
    tools: [
      { name: "semgrep", version: versions.semgrep, image: "registry.example/semgrep:1" },
      { name: "bandit", version: versions.bandit, image: "registry.example/bandit:1" },
    ],
    problems: [],
    rules,
    selected,
    code: JSON.stringify(code),
    semgrep:
      semgrep.exitCode === null || semgrep.exitCode > 13
        ? { finished: false, why: `semgrep ended with ${semgrep.exitCode}` }
        : finished(semgrep.exitCode, { "stdout.txt": json, "stderr.txt": semgrep.stderr, ...rest }),
    ...(hasPython
      ? {
          bandit: {
            outcome: finished(bandit.exitCode, { "stdout.txt": python, "stderr.txt": bandit.stderr ?? "" }),
            version: bandit.version,
          },
        }
      : {}),
  }
}

const judge = (one: Scan, settings: Partial<StaticAnalysisSettings> = {}) =>
  decideScan(readScan(one), components, { ...defaultStaticAnalysis, ...settings })

/** The same run with another text, or exit code, of one tool. */
function changed(one: Scan, tool: "semgrep" | "bandit", text: string, name = "stdout.txt"): Scan {
  const outcome = tool === "semgrep" ? one.semgrep : one.bandit?.outcome
  if (outcome?.finished !== true) throw new Error(`${tool} has left nothing`)
  const next = { ...outcome, files: { ...outcome.files, [name]: text } }
  return tool === "semgrep"
    ? { ...one, semgrep: next }
    : { ...one, bandit: { outcome: next, version: one.bandit?.version ?? "" } }
}

function textOf(one: Scan, tool: "semgrep" | "bandit"): string {
  const outcome = tool === "semgrep" ? one.semgrep : one.bandit?.outcome
  return outcome?.finished === true ? (outcome.files["stdout.txt"] ?? "") : ""
}

/** The text of a report after a change. */
function edited(
  one: Scan,
  tool: "semgrep" | "bandit",
  edit: (report: Record<string, never>) => unknown,
): Scan {
  const report = JSON.parse(textOf(one, tool)) as Record<string, never>
  return changed(one, tool, JSON.stringify({ ...report, ...(edit(report) as object) }))
}

const refuses = (one: Scan): boolean => {
  const { findings, errors } = judge(one)
  return errors.length > 0 || findings.some(({ severity }) => severity !== "info" && severity !== "low")
}

describe("the tools' real exits", () => {
  test("clean", () => {
    expect(judge(scan("clean"))).toMatchObject({ findings: [], errors: [], summary: "2 files of code" })
  })

  test("neither comments nor settings nor names of the tree keep a fault from being found", () => {
    const { findings, summary } = judge(scan("findings"))
    expect(placesOf(findings)).toEqual([
      ".hidden/b.min.js:1 js-eval-of-data",
      "c.py:1 B403",
      "c.py:3 B301",
      "tests/a.js:1 js-eval-of-data",
    ])
    expect(summary).toBe("3 files of code; 2 comments that would switch it off were not obeyed")
  })

  test("a finding has its severity, its place, and where its kind is described", () => {
    const { findings } = judge(scan("findings"))
    expect(findings.find(({ location }) => location?.file === "tests/a.js")).toMatchObject({
      severity: "high",
      location: { line: 1, column: 1 },
      help: "https://cwe.mitre.org/data/definitions/95.html",
    })
    expect(findings.find(({ rule }) => rule === "B301")).toMatchObject({
      severity: "medium",
      help: expect.stringContaining("bandit.readthedocs.io"),
    })
  })

  test("a script is named as the tree names it, not as the tools were given it", () => {
    expect(placesOf(judge(scan("script")).findings)).toEqual(["bin/run:2 js-eval-of-data"])
  })

  test("lines that semgrep could not parse refuse, whatever the settings say", () => {
    const accepted = ["not-looked-at", "unparsed-code"].map((rule) => ({ rule, reason: "it is not ours" }))
    for (const settings of [{}, { accepted }, { failOn: ["critical" as const] }])
      expect(judge(scan("partial"), settings).findings).toContainEqual(
        expect.objectContaining({
          rule: "not-looked-at",
          severity: "critical",
          location: { file: "a.js", line: 2 },
          message: expect.stringContaining("semgrep could not parse lines 2 to 3, and judged the rest"),
        }),
      )
  })

  test("a file that cannot be parsed refuses; bandit ended with 0 over it", () => {
    expect(cases.unparsed?.bandit.exitCode).toBe(0)
    expect(judge(scan("unparsed")).findings).toMatchObject([
      { rule: "unparsed-code", severity: "critical", location: { file: "b.py" } },
      { rule: "unparsed-code", severity: "critical", location: { file: "a.js", line: 1 } },
    ])
  })

  test("a rule of bandit that crashed refuses at its line, which its report has no word of", () => {
    const run = scan("crashed")
    expect(JSON.parse(textOf(run, "bandit"))).toMatchObject({ errors: [], results: [] })
    expect(judge(run).findings).toMatchObject([
      {
        ...{ rule: "not-looked-at", severity: "critical", location: { file: "a.py", line: 5 } },
        message: expect.stringContaining("bandit's rule django_rawsql_used crashed there"),
      },
    ])
  })

  test.each([
    ["on file ./a.py", "on file ./other.py", "a file that it was not given"],
    ["at line 5", "at some line", "an internal error that has no place"],
  ])("a crash that cannot be placed is an error: %s", (was, is, why) => {
    const log = cases.crashed?.bandit.stderr?.replace(was, is) ?? ""
    expect(() => judge(changed(scan("crashed"), "bandit", log, "stderr.txt"))).toThrow(why)
  })

  test("a rule that did not end on a file refuses, and is tried again before", () => {
    const run = scan("timed-out")
    expect(wasCut(textOf(run, "semgrep"))).toBe(true)
    expect(wasCut(textOf(scan("findings"), "semgrep"))).toBe(false)
    const { findings } = judge(run)
    expect(findings).toContainEqual(
      expect.objectContaining({
        ...{ rule: "not-looked-at", severity: "critical", location: { file: "a.js" } },
        message: expect.stringContaining("Timeout"),
      }),
    )
  })

  test("a rule that cannot be read is an error that names it", () => {
    const { errors, findings } = judge(scan("bad-rule"))
    expect(errors).toEqual([expect.stringMatching(/semgrep ended with exit code 2: .*rule house/)])
    expect(findings).toEqual([])
  })

  test.each([
    ["crash", "semgrep ended with exit code 2: "],
    ["killed", "semgrep ended with null"],
  ])("%s is an error, never a pass", (name, why) => {
    const { errors, findings } = judge(scan(name))
    expect(errors).toEqual([expect.stringContaining(why)])
    expect(findings).toEqual([])
  })

  test("another version than the toolbox states is an error that says how to correct it", () => {
    const run = scan("clean")
    const tools = run.tools.map((tool) => ({ ...tool, version: "0.0.1" }))
    expect(judge({ ...run, tools }).errors).toEqual([
      expect.stringContaining(`semgrep says that it is ${versions.semgrep}`),
      expect.stringContaining(`bandit says that it is ${versions.bandit}`),
    ])
  })

  test("a tool that did not end is an error, beside what the other one has found", () => {
    const run = scan("findings")
    const { errors, findings } = judge({ ...run, semgrep: { finished: false, why: "semgrep was ended" } })
    expect(errors).toEqual(["semgrep was ended"])
    expect(placesOf(findings)).toEqual(["c.py:1 B403", "c.py:3 B301"])
  })
})

describe("where nothing was judged", () => {
  const { semgrep: _, bandit: __, ...nothing } = scan("clean")

  test("a file of rules that cannot be used is an error", () => {
    const problems = ["rules.yaml: it has no rule", "other.yaml: it is not there"]
    expect(judge({ ...nothing, problems })).toMatchObject({ findings: [], errors: [problems.join("; ")] })
  })

  test("the gate has judged nothing where all code is left out, and says why", () => {
    const notLooked = [{ file: "a.js", why: "left out below .: it is not ours" }]
    expect(judge({ ...nothing, selected: { files: [], notLooked, silencers: [] } })).toMatchObject({
      skipped: [{ component: "web", why: expect.stringContaining("left out below .") }],
      findings: [{ rule: "not-looked-at", severity: "info" }],
    })
  })
})

describe("what a report must not leave out", () => {
  test("a file that semgrep does not say to have scanned refuses", () => {
    const run = edited(scan("clean"), "semgrep", () => ({ paths: { scanned: ["b.py"], skipped: [] } }))
    expect(judge(run).findings).toMatchObject([
      { rule: "not-looked-at", severity: "critical", location: { file: "a.js" } },
    ])
  })

  test("a file that semgrep skipped refuses, with its reason", () => {
    const skipped = [{ path: "a.js", reason: "too_big" }]
    const run = edited(scan("clean"), "semgrep", () => ({ paths: { scanned: ["a.js", "b.py"], skipped } }))
    expect(judge(run).findings).toMatchObject([
      { severity: "critical", message: expect.stringContaining("too_big") },
    ])
  })

  test("a file that bandit does not say to have looked at refuses", () => {
    const run = edited(scan("clean"), "bandit", () => ({ metrics: { _totals: {} } }))
    expect(judge(run).findings).toMatchObject([{ severity: "critical", location: { file: "b.py" } }])
  })

  test.each([
    ["semgrep", () => ({ results: [] }), "ended with 1 and reports 0"],
    ["semgrep", () => ({ skipped_rules: [{}] }), "did not apply 1"],
    ["semgrep", () => ({ paths: { scanned: ["other.js"] } }), "other.js"],
    ["bandit", () => ({ results: [] }), "ended with 1 and reports 0"],
  ] as const)("%s: a report that says something else is none (%#)", (tool, edit, why) => {
    expect(() => judge(edited(scan("findings"), tool, edit))).toThrow(why)
  })

  test("a rule that semgrep did not apply, and results that one of its two reports lacks, are told", () => {
    const run = scan("findings")
    const rules = [...run.rules, { id: "one-more", languages: ["go"], limited: false } as const]
    expect(() => judge({ ...run, rules })).toThrow("did not apply the rule one-more")
    const sarif = { runs: [{ tool: { driver: { rules: run.rules } }, results: [] }] }
    expect(() => judge(changed(run, "semgrep", JSON.stringify(sarif), "semgrep.sarif"))).toThrow(
      "two reports",
    )
  })

  test.each(["semgrep", "bandit"] as const)("cut anywhere, the report of %s is no report", (tool) => {
    const run = scan("findings")
    const text = textOf(run, tool).trimEnd()
    for (let end = 0; end < text.length; end += 7)
      expect(() => judge(changed(run, tool, text.slice(0, end))), `${end}`).toThrow("OUTPUT_UNREADABLE")
  })

  const runs = Number(process.env.SIGNALBOX_CASES ?? 1) > 1 ? 10_000 : 1000
  test("whatever becomes of semgrep's report of one fault, it never passes", () => {
    const run = scan("one")
    expect(refuses(run)).toBe(true)
    const text = textOf(run, "semgrep")
    const place = fc.nat(text.length - 1)
    const mutated = fc.oneof(
      place.map((end) => text.slice(0, end)),
      fc
        .tuple(place, fc.string({ minLength: 1, maxLength: 4 }))
        .map(([at, by]) => text.slice(0, at) + by + text.slice(at + by.length)),
      fc
        .tuple(place, fc.integer({ min: 1, max: 60 }))
        .map(([at, length]) => text.slice(0, at) + text.slice(at + length)),
      fc
        .tuple(place, fc.integer({ min: 1, max: 60 }))
        .map(([at, length]) => text.slice(0, at + length) + text.slice(at)),
      fc.constantFrom("", "null", "{}", "[]"),
    )
    fc.assert(
      fc.property(mutated, (report) => {
        let passed = false
        try {
          passed = !refuses(changed(run, "semgrep", report))
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: "OUTPUT_UNREADABLE" })
        }
        expect(passed, report).toBe(false)
      }),
      { numRuns: runs },
    )
  }, 300_000)
})

describe("the corpus", () => {
  const corpus = corpusOf("static-analysis")
  const settings = corpus.config.gates["static-analysis"]
  if (settings === undefined) throw new Error("the corpus does not set the gate")
  const ruled = ["go", "java", "javascript", "python", "typescript"]
  const request = { kinds: fileKinds, mixed, ruled, exclude: settings.exclude }

  test("every planted fault at its line, and nothing else", () => {
    expect(selectFiles(corpus.project.tree, request)).toEqual(cases.corpus?.selected)
    const judgement = judge(scan("corpus"), settings)
    expect(comparison(corpus, judgement)).toMatchObject({ missing: [], falsePositives: [], problems: [] })
  })

  test("has a planted fault of each rule of Signalbox's own", () => {
    const planted = new Set(corpus.project.planted.map(({ rule }) => rule))
    expect(ownRules.map(({ id }) => id).filter((id) => !planted.has(id))).toEqual([])
  })
})

test("each rule of Signalbox's own has an id of its own, a sentence, and words that explain it", () => {
  expect(repeatedIds(ownRules.map(({ id }) => ({ id, languages: [], limited: false })))).toEqual([])
  for (const { id, message, why, mend, cwe, languages } of ownRules) {
    expect(id).toMatch(/^(?:js|py|java|go)-[a-z-]+$/)
    for (const text of [message, why, mend]) expect(text, id).toMatch(/^[A-Z].*\.$/)
    expect(cwe).toBeGreaterThan(0)
    expect(languages.length).toBeGreaterThan(0)
  }
})

test("without gates.static-analysis it does not judge, and says what would make it; nothing requires it", async () => {
  const { gates } = corpusOf("shell").config
  expect(await gate.appliesTo({ gates } as never, {} as never)).toEqual({
    applies: false,
    why: "signalbox.yaml has no gates.static-analysis: with `static-analysis: {}` it judges",
  })
  expect(gateContexts.flatMap((context) => requiredByDefault(context))).not.toContain("static-analysis")
})

test("bandit leaves out no file for what its path has in it", () => {
  const left = banditArgs[banditArgs.indexOf("-x") + 1] ?? ""
  expect(["nowhere/a.py", "proc/self/a.py", "none.py"].filter((file) => `./${file}`.includes(left))).toEqual(
    [],
  )
  expect(left.length).toBeGreaterThan(30)
})

test("semgrep asks no server and obeys nothing of the tree", () => {
  expect(semgrepArgs("/out", ["/rules/1.yaml"], 30)).toEqual(
    expect.arrayContaining([
      "--metrics=off",
      "--disable-version-check",
      "--oss-only",
      "--disable-nosem",
      "--no-git-ignore",
    ]),
  )
})
