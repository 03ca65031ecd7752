/** The gate `workflow` over what actionlint and zizmor really left (test/recorded), and which files are workflows and actions. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { gateContexts } from "../../../src/domain/index.ts"
import { requiredByDefault } from "../../../src/gates/catalogue.ts"
import { lintTree, silencersIn } from "../../../src/gates/engine/tree-tool/main.ts"
import { readTreeRun, type TreeRun } from "../../../src/gates/engine/tree-tool/read.ts"
import { defaultSettings } from "../../../src/gates/engine/tree-tool/settings.ts"
import { actionlint } from "../../../src/gates/workflow/actionlint.ts"
import { decideWorkflows } from "../../../src/gates/workflow/decide.ts"
import { filesOf } from "../../../src/gates/workflow/files.ts"
import { findWorkflows, kindOf, namesIn } from "../../../src/gates/workflow/find.ts"
import { gate } from "../../../src/gates/workflow/gate.ts"
import { stricterWorkflow, workflowSettings } from "../../../src/gates/workflow/settings.ts"
import { actionlintRun, zizmorRun } from "../../../src/gates/workflow/tools.ts"
import { zizmor } from "../../../src/gates/workflow/zizmor.ts"
import { versions } from "../../../toolchain/versions.ts"
import {
  comparison,
  components,
  corpusOf,
  judge,
  neverPasses,
  nothingToJudge,
  placesOf,
  recordings,
  reportOf,
  withReport,
} from "./support/linter.ts"

const what = "workflows and actions"
const first = recordings("actionlint", versions.actionlint)
const second = recordings("zizmor", versions.zizmor)
const both = (one: TreeRun, other: TreeRun, settings = {}) =>
  decideWorkflows(
    { actionlint: readTreeRun(one, actionlint), zizmor: readTreeRun(other, zizmor) },
    components,
    { ...defaultSettings, ...settings },
  )
const refusing = (text: string) =>
  expect.objectContaining({
    ...{ rule: "not-looked-at", severity: "critical", message: expect.stringContaining(text) },
  })

describe("actionlint's real exits", () => {
  test("clean", () => {
    expect(judge(first("clean"), actionlint, what)).toMatchObject({ findings: [], errors: [] })
  })

  test("findings have file, line and rule; settings of the tree switch none off", () => {
    const { findings } = judge(first("findings"), actionlint, what)
    expect(placesOf(findings)).toEqual([
      ".github/workflows/a.yml:4 actionlint/runner-label",
      ".github/workflows/a.yml:7 actionlint/expression",
      ".github/workflows/a.yml:8 actionlint/expression",
      ".github/workflows/a.yml:9 actionlint/action",
    ])
    expect(findings.map(({ severity }) => severity)).toEqual(["high", "high", "high", "high"])
  })

  test("what it says of an action of the tree names it as in the tree, and a label by the setting that allows it", () => {
    const { findings } = judge(first("findings"), actionlint, what)
    const said = findings.map(({ message }) => message).join("\n")
    expect(said).toContain('"lib/main.js" does not exist in "greet"')
    expect(said).toContain("gates.workflow.runnerLabels")
    expect(said).not.toContain("actionlint.yaml")
  })

  test("settings of the tree that it could not read stop nothing", () => {
    expect(judge(first("broken-settings"), actionlint, what)).toMatchObject({ findings: [], errors: [] })
  })

  test("a workflow that is no YAML is refused, whatever the settings say", () => {
    const accepted = [{ rule: "actionlint/syntax-check", reason: "it is not ours" }]
    for (const settings of [{}, { accepted }, { failOn: ["critical" as const] }])
      expect(judge(first("unparsable"), actionlint, what, settings).findings).toMatchObject([
        { rule: "actionlint/syntax-check", severity: "critical", location: { line: 2 } },
      ])
  })

  test("the form that it does not know yet, and zizmor recommends, refuses nothing", () => {
    const message =
      'specifying action "$/greet" in invalid format because ref is missing. available formats are "{owner}/{repo}@{ref}"'
    const entry = { message, filepath: ".github/workflows/a.yml", line: 3, column: 1, kind: "action" }
    const [known, unknown] = [entry, { ...entry, message: message.replace("$/", "greet/") }].map(
      (one) => actionlint.read(JSON.stringify([one])).findings[0]?.severity,
    )
    expect([known, unknown]).toEqual(["info", "high"])
  })

  test.each([
    ["crash", "ended with exit code 3"],
    ["time-out", "did not end within"],
    ["killed", "was ended by SIGKILL"],
    ["missing", "could not be started"],
    ["other-version", "it is 1.7.11, the toolbox names"],
  ])("%s is an error, never a pass", (name, why) => {
    const { errors, findings } = judge(first(name), actionlint, what)
    expect(errors).toEqual([expect.stringContaining(why)])
    expect(findings).toEqual([])
  })
})

describe("zizmor's real exits", () => {
  test("clean", () => {
    expect(judge(second("clean"), zizmor, what)).toMatchObject({
      findings: [],
      errors: [],
      figures: { files: 2 },
    })
  })

  test("findings have file, line, rule and severity; neither comments nor settings of the tree switch one off", () => {
    const { findings, summary } = judge(second("findings"), zizmor, what)
    expect(placesOf(findings)).toEqual(
      expect.arrayContaining([
        ".github/workflows/a.yml:1 zizmor/dangerous-triggers",
        ".github/workflows/a.yml:6 zizmor/unpinned-uses",
        ".github/workflows/a.yml:7 zizmor/template-injection",
        ".github/workflows/a.yml:8 zizmor/template-injection",
      ]),
    )
    expect(summary).toContain("2 comments that would switch it off were not obeyed")
    expect(findings.find(({ rule }) => rule === "zizmor/artipacked")).toMatchObject({
      severity: "medium",
      help: "https://docs.zizmor.sh/audits/#artipacked",
    })
  })

  test("equal findings of one file are told apart by what they are about, so that a waiver covers one", () => {
    const { findings } = judge(second("findings"), zizmor, what)
    const subjects = findings.flatMap(({ rule, subject }) =>
      rule === "zizmor/template-injection" ? [subject] : [],
    )
    expect(new Set(subjects).size).toBe(subjects.length)
    expect(subjects).toHaveLength(2)
  })

  test("files that it cannot read refuse, each by itself; the others are judged", () => {
    const accepted = [{ rule: "not-looked-at", reason: "it is not ours" }]
    for (const settings of [{}, { accepted }, { failOn: ["critical" as const] }]) {
      const { findings, figures } = judge(second("unparsable"), zizmor, what, settings)
      const [a, b, c] = ["did not find expected node content", "more than one document", "valid UTF-8"]
      expect(findings).toEqual(expect.arrayContaining([a, b, c].map((text) => refusing(text ?? ""))))
      expect(findings.find(({ location }) => location?.file.endsWith("a.yml"))?.location?.line).toBe(2)
      expect(figures).toMatchObject({ files: 1, notLooked: 3 })
    }
  })

  test("a workflow on which an audit fails refuses by itself; the others are judged", () => {
    const { findings, errors, figures } = judge(second("audit-failed"), zizmor, what)
    expect(findings).toEqual([
      refusing("zizmor could not judge it: error in 'unpinned-uses' audit: failed to"),
    ])
    expect(findings[0]?.location?.file).toBe(".github/workflows/b.yml")
    expect(errors).toEqual([])
    expect(figures).toMatchObject({ files: 1, notLooked: 1 })
  })

  test("an action that is none refuses, and says what it lacks", () => {
    const { findings, errors } = judge(second("no-action"), zizmor, what)
    expect(findings).toEqual([refusing('"runs" is a required property')])
    expect(errors).toEqual([])
  })

  test("an empty file is named, and refuses nothing", () => {
    expect(judge(second("empty"), zizmor, what)).toMatchObject({
      findings: [
        { rule: "not-looked-at", severity: "info", message: expect.stringContaining("it is empty") },
      ],
      errors: [],
      figures: { files: 1 },
    })
  })

  test.each([
    ["crash", "ended with exit code 2"],
    ["failure", "ended with exit code 1 and wrote no report"],
    ["time-out", "did not end within"],
    ["killed", "was ended by SIGKILL"],
    ["missing", "could not be started"],
    ["other-version", "it is 1.31.0, the toolbox names"],
  ])("%s is an error, never a pass", (name, why) => {
    const { errors, findings } = judge(second(name), zizmor, what)
    expect(errors).toEqual([expect.stringContaining(why)])
    expect(findings).toEqual([])
  })

  test("an exit code that means another severity than the findings have is no report", () => {
    const milder = reportOf(second("one")).replaceAll('"High"', '"Low"')
    expect(() => judge(withReport(second("one"), milder), zizmor, what)).toThrow("another severity")
  })
})

describe.each([
  ["actionlint", first, actionlint],
  ["zizmor", second, zizmor],
] as const)("a damaged report of %s", (_, run, form) => {
  test("cut anywhere, it is no report", () => {
    const text = reportOf(run("one")).trimEnd()
    // A report of zizmor has 5 kB for one finding.
    for (let end = 0; end < text.length; end += 7)
      expect(() => judge(withReport(run("one"), text.slice(0, end)), form, what), `${end}`).toThrow(
        "OUTPUT_UNREADABLE",
      )
  })

  test.each(["findings", "one"])(
    "whatever becomes of it, it never passes: %s",
    (name) => {
      neverPasses(run(name), form)
    },
    300_000,
  )
})

describe("both of them", () => {
  test("what one finds is told beside an error of the other, by the tool's name", () => {
    const { findings, errors, tools } = both(first("crash"), second("one"))
    expect(errors).toEqual([expect.stringMatching(/^actionlint: .*exit code 3/s)])
    expect(findings).toMatchObject([{ rule: "zizmor/template-injection" }])
    expect(tools.map(({ name }) => name)).toEqual(["actionlint", "zizmor"])
  })

  test("an empty file is told once, and that commands of `run` are judged by neither", () => {
    const { findings, summary, reports } = both(first("empty"), second("empty"))
    expect(findings).toHaveLength(1)
    expect(summary).toMatch(/^1 workflows and actions; .*ShellCheck$/)
    expect(Object.keys(reports)).toEqual(
      expect.arrayContaining(["actionlint/looked.json", "zizmor/looked.json", "zizmor/report-1.txt"]),
    )
  })

  test("where there is nothing but what they cannot judge, nothing is passed", () => {
    const none = both(nothingToJudge(first("clean")), { ...nothingToJudge(second("clean")), notLooked: [] })
    expect(none.skipped).toEqual([
      { component: "web", why: expect.stringContaining("no workflows and actions") },
    ])
    const notLooked = [{ file: ".github/workflows/a.yml", why: "it is a link", refuses: true }]
    const link = both(nothingToJudge(first("clean")), { ...nothingToJudge(second("clean")), notLooked })
    expect(link).not.toHaveProperty("skipped")
    expect(link.findings).toEqual([refusing("it is a link")])
  })

  test("the corpus: every planted fault at its line, and nothing else", () => {
    const corpus = corpusOf("workflow")
    const found = filesOf(findWorkflows(corpus.project.tree))
    expect(found.actionlint.files).toEqual(first("corpus").files)
    expect(found.zizmor.files).toEqual(second("corpus").files)
    const judgement = both(
      first("corpus"),
      { ...second("corpus"), notLooked: found.zizmor.notLooked },
      corpus.config.gates.workflow,
    )
    expect(comparison(corpus, judgement)).toMatchObject({ missing: [], falsePositives: [], problems: [] })
  })
})

test("without gates.workflow it does not judge, and says what would make it; nothing requires it", async () => {
  const { gates } = corpusOf("dockerfile").config
  expect(await gate.appliesTo({ gates } as never, {} as never)).toEqual({
    applies: false,
    why: "signalbox.yaml has no gates.workflow: with `workflow: {}` it judges",
  })
  expect(gateContexts.flatMap((context) => requiredByDefault(context))).not.toContain("workflow")
})

describe("labels of own runners", () => {
  test("are those of the settings alone, as patterns without brackets", () => {
    expect(actionlintRun(["gpu-*"]).settings?.text).toContain('["gpu-*"]')
    expect(workflowSettings.safeParse({ runnerLabels: ["[a-z]*"] }).success).toBe(false)
  })

  test("a shared policy leaves those that both name", () => {
    const own = workflowSettings.parse({ runnerLabels: ["gpu", "big"] })
    expect(stricterWorkflow(own, {}).runnerLabels).toEqual(["gpu", "big"])
    expect(stricterWorkflow(own, { runnerLabels: ["gpu", "small"] }).runnerLabels).toEqual(["gpu"])
    expect(stricterWorkflow(undefined, { runnerLabels: ["gpu"] }).runnerLabels).toEqual([])
  })
})

describe("comments that would switch zizmor off", () => {
  const { silencer = [] } = zizmorRun

  test.each(["# zizmor: ignore[artipacked]", "- run: x # zizmor: ignore[a,b] because", "#zizmor:ignore"])(
    "%s is counted",
    (text) => {
      expect(silencersIn("a.yml", `on: push\n${text}\n`, silencer)).toMatchObject([
        { file: "a.yml", line: 2 },
      ])
    },
  )

  test.each(["# zizmor says: nothing", "run: zizmor ignore", "# ignore zizmor"])("%s is none", (text) => {
    expect(silencersIn("a.yml", text, silencer)).toEqual([])
  })

  test.each(["#", "# ", "# zizmor:", "zizmor: ignore"])("a line of 300 kB of %j holds nothing up", (part) => {
    const started = performance.now()
    silencersIn("a.yml", part.repeat(300_000 / part.length), silencer)
    namesIn(`name: ${part.repeat(300_000 / part.length)}`)
    expect(performance.now() - started).toBeLessThan(3000)
  })
})

describe("which files are judged", () => {
  test.each([
    [".github/workflows/ci.yml", "workflow"],
    [".github/workflows/ci.yaml", "workflow"],
    [".github/workflows/action.yml", "workflow"],
    [".github/workflows/ci.yml.off", undefined],
    [".github/workflows/ci.json", undefined],
    [".github/dependabot.yml", undefined],
    ["action.yml", "action"],
    ["deep/inside/action.yaml", "action"],
    ["node_modules/it/action.yml", "action"],
    ["node_modules/it/.github/workflows/ci.yml", undefined],
    ["transaction.yml", undefined],
  ])("%s is %s", (file, kind) => {
    expect(kindOf(file)).toBe(kind)
  })

  test.each([
    [".github/workflows/CI.YML", "ends in capitals", true],
    [".github/workflows/.yml", "only an ending", true],
    [".github/workflows/.YAML", "only an ending", true],
    [".github/workflows/old/ci.yml", "below a directory", undefined],
    ["sub/.github/workflows/ci.yml", "of the repository", undefined],
  ])("%s is named", (file, why, refuses) => {
    expect(kindOf(file)).toMatchObject({ why: expect.stringContaining(why), ...(refuses && { refuses }) })
  })

  const tree = mkdtempSync(join(tmpdir(), "workflows-"))
  afterAll(() => rmSync(tree, { recursive: true }))

  test("in all of the tree; links are followed nowhere, and refuse where nobody has judged what they lead to", () => {
    const files = {
      ".github/workflows/a.yml": "on: push\n",
      ".github/workflows/Up.YAML": "on: push\n",
      ".github/actions/b/action.yml": "no: runs\n",
      "c/action.yml": 'runs: { using: node24, main: "lib/m a.js" }\n',
      "d/action.yaml": "runs:\n  using: node24\n  main: lib/main.js # built\n  post: '../elsewhere.js'\n",
      "d/lib/main.js": "",
      "elsewhere.js": "",
      "e/action.yml": "label: Run\nwords:\n  runs: no\n",
      "f/action.yml": "a: [\n",
      "g/Action.yml": "runs: {}\n",
      "h/action.yml": "? [runs]\n: x\n",
      "node_modules/i/action.yml": "runs: {}\n",
      "payload.txt": "runs: {}\n",
    }
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, file)), { recursive: true })
      writeFileSync(join(tree, file), text)
    }
    symlinkSync("../../payload.txt", join(tree, ".github/workflows/link.yml"))
    mkdirSync(join(tree, "j"))
    symlinkSync("../c/action.yml", join(tree, "j/action.yml"))
    mkdirSync(join(tree, "k"))
    symlinkSync("../payload.txt", join(tree, "k/action.yml"))
    symlinkSync("/etc", join(tree, "l"))
    const { actionlint: one, zizmor: other, isAny } = filesOf(findWorkflows(tree))
    expect(isAny).toBe(true)
    expect(one.files).toEqual([".github/workflows/a.yml"])
    expect(other.files).toEqual([
      ".github/actions/b/action.yml",
      ".github/workflows/a.yml",
      ...["c", "d"].map((name) => `${name}/action.${name === "c" ? "yml" : "yaml"}`),
      ...["f/action.yml", "h/action.yml", "node_modules/i/action.yml"],
    ])
    expect(one.beside).toEqual(other.files.filter((file) => file.includes("action.y")))
    expect(one.placeholders).toEqual([".git", "d/lib/main.js", "elsewhere.js"])
    expect(other.notLooked.map(({ file, refuses = false }) => `${file} ${refuses}`)).toEqual([
      ".github/workflows/Up.YAML true",
      ".github/workflows/link.yml true",
      "k/action.yml true",
      "e/action.yml false",
      "g/Action.yml true",
    ])
  })

  describe("calls of the repository itself", () => {
    const place = mkdtempSync(join(tmpdir(), "workflows-calls-"))
    afterAll(() => rmSync(place, { recursive: true }))
    const ci = ".github/workflows/ci.yml"

    function refused(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}) {
      rmSync(place, { recursive: true })
      mkdirSync(place)
      for (const [file, text] of Object.entries({ "act/action.yml": "runs: {}\n", ...files })) {
        mkdirSync(dirname(join(place, file)), { recursive: true })
        writeFileSync(join(place, file), text)
      }
      for (const [link, target] of Object.entries(links)) symlinkSync(target, join(place, link))
      return filesOf(findWorkflows(place)).zizmor.notLooked.filter(({ refuses }) => refuses === true)
    }
    const steps = (...uses: readonly string[]) =>
      `on: push\njobs:\n  a:\n    steps:\n${uses.map((one) => `      - uses: ${one}\n`).join("")}`

    test.each([
      ["./nowhere/act", {}],
      ["./dock", { "dock/Dockerfile": "FROM scratch\n" }],
      ["./words", { "words/action.yml": "a: b\n" }],
      ["'./'", {}],
      ['"./\\x64ock"', {}],
      ["$/nowhere", {}],
    ])("of %s, whose action nobody has judged, refuse at their line", (uses, files) => {
      expect(refused({ ...files, [ci]: steps("actions/checkout@v5", uses) })).toMatchObject([
        { file: ci, line: 6, why: expect.stringMatching(/^it calls [.$]\/.*not in the tree as an action/) },
      ])
    })

    test("in an action of the tree, and of a workflow that is not there, refuse as well", () => {
      const action = "runs:\n  using: composite\n  steps: [{ uses: ./gone }]\n"
      const workflow = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/gone.yml\n"
      expect(refused({ "act/action.yml": action, [ci]: workflow })).toMatchObject([
        { file: ci, line: 4, why: expect.stringContaining("as a workflow") },
        { file: "act/action.yml", line: 3 },
      ])
    })

    test("of what is judged refuse nothing: by its directory, through a link, in a checkout below another directory", () => {
      const text = `${steps("./act", "./act/", "./linked", "./main/act")}      - uses: actions/checkout@v5
        with: { path: main }
      - uses: other/thing@v1
        with:
          uses: ./word
`
      expect(refused({ [ci]: text, "action.yaml": "runs: {}\n" }, { linked: "act" })).toEqual([])
      expect(refused({ [ci]: steps("./"), "action.yaml": "runs: {}\n" })).toEqual([])
    })

    test("in a checkout of another repository refuse: it is not this tree", () => {
      const text = `${steps("./other/act")}      - uses: actions/checkout@v5
        with: { path: other, repository: evil/other }
`
      expect(refused({ [ci]: text })).toMatchObject([{ file: ci, line: 5 }])
    })
  })

  test("a directory of workflows that is a link refuses", () => {
    const place = mkdtempSync(join(tmpdir(), "workflows-link-"))
    mkdirSync(join(place, "ci"))
    mkdirSync(join(place, ".github"))
    symlinkSync("../ci", join(place, ".github/workflows"))
    const found = filesOf(findWorkflows(place))
    rmSync(place, { recursive: true })
    expect(found.zizmor.notLooked).toMatchObject([{ file: ".github/workflows", refuses: true }])
  })

  test("a tree without any has nothing to judge", () => {
    const place = mkdtempSync(join(tmpdir(), "workflows-none-"))
    writeFileSync(join(place, "README.md"), "")
    expect(filesOf(findWorkflows(place)).isAny).toBe(false)
    rmSync(place, { recursive: true })
  })
})

describe("files that are run one by one", () => {
  const tool = `
    const [code, said, ...args] = process.argv.slice(1)
    if (args.includes("--version")) console.log("tool 1.0.0")
    else if (args[0].includes("bad")) { console.error(said); process.exit(Number(code)) }
    else console.log("[]")
  `
  const place = mkdtempSync(join(tmpdir(), "one-by-one-"))
  const root = join(place, "tree")
  const out = join(place, "out")
  afterAll(() => rmSync(place, { recursive: true }))

  async function run(code: string, said: string) {
    for (const directory of [root, out]) {
      rmSync(directory, { recursive: true, force: true })
      mkdirSync(directory)
    }
    for (const file of ["a", "bad", "c", "settings"]) writeFileSync(join(root, file), "x\n")
    const before = process.cwd()
    const version = { args: ["-e", tool, code, said, "--version"], pattern: "tool (\\S+)" }
    const unreadable = { exitCode: 1, pattern: "cannot read: (.*)", line: "line (\\d+)" }
    const request = {
      ...{ command: process.execPath, args: ["-e", tool, code, said], judged: [0, 1], seconds: 60 },
      ...{ version, unreadable, oneByOne: true, files: ["a", "bad", "c"] },
      ...{ placeholders: [".git", "x/y"], removed: ["settings", "none"] },
    }
    try {
      return await lintTree(request, out, root)
    } finally {
      process.chdir(before)
    }
  }

  test("are each a run and a report; one that cannot be read is named at its line, and keeps no other from being judged", async () => {
    expect(await run("1", "cannot read: line 9 is none")).toBe(0)
    expect(JSON.parse(readFileSync(join(out, "looked.json"), "utf8"))).toMatchObject({
      batches: [{ files: ["a"] }, { files: ["c"] }],
      notLooked: [{ file: "bad", line: 1, why: "line 9 is none", refuses: true }],
    })
  })

  test("find what is only looked for, and not what is taken away", async () => {
    await run("0", "")
    expect(readdirSync(root, { recursive: true }).toSorted()).toEqual([".git", "a", "bad", "c", "x", "x/y"])
  })

  test.each([
    ["the same code for another reason", "1", "out of memory"],
    ["another code with the same words", "3", "cannot read: line 9"],
  ])("that end with %s are no judgement", async (_, code, said) => {
    expect(await run(code, said)).toBe(1)
  })
})
