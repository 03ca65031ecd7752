/** M045 Files of rules for Falco: what it would refuse to load, at its line, and what it would read in another way than it looks. */
import { describe, expect, test } from "vitest"
import { gate } from "../../../../src/gates/falco/gate.ts"
import { judgeRules } from "../../../../src/gates/falco/judge.ts"
import { rules as explained } from "../../../../src/gates/falco/rules.ts"
import { falcoSettings, stricterFalco } from "../../../../src/gates/falco/settings.ts"

const nothing = { rules: [], macros: [], lists: [] }
const good = `- required_engine_version: 0.31.0
- list: shells
  items: [bash, sh, "zsh", 7]
- macro: started
  condition: evt.type in (execve, execveat) and evt.dir = <
- rule: Shell in a container
  desc: A shell was started.
  condition: started and proc.name in (shells) and container.id != host
  output: shell (user=%user.name cmd=%proc.cmdline)
  priority: WARNING
  tags: [container, shell]
  exceptions:
    - name: known
      fields: [proc.name, container.image.repository]
      comps: [=, startswith]
      values: [[sh, registry.example/tools]]
`

function found(...texts: readonly string[]): readonly string[] {
  const files = texts.map((text, index) => ({ file: `falco/${index + 1}.yaml`, text }))
  return judgeRules(files, nothing).findings.map(
    ({ rule, location }) => `${rule} ${location?.file}:${location?.line}`,
  )
}
const rule = (lines: string) =>
  `- rule: R\n  desc: d\n  condition: evt.type = open\n  output: o\n  priority: notice\n${lines}`

test("files that Falco loads are silent, and what they define is counted", () => {
  expect(judgeRules([{ file: "a.yaml", text: good }], nothing)).toEqual({
    findings: [],
    rules: 1,
    macros: 1,
    lists: 1,
    changed: 0,
  })
})

test.each([
  ["no YAML", "- rule: [\n", ["falco-form falco/1.yaml:2"]],
  ["no list", "rule: x\n", ["falco-form falco/1.yaml:1"]],
  ["an item of nothing that is known", "- ruel: x\n  condition: a.b = c\n", ["falco-form falco/1.yaml:1"]],
  ["an item of two kinds", "- rule: x\n  macro: y\n", ["falco-form falco/1.yaml:1"]],
  ["a key that no rule has", rule("  severity: high\n"), ["falco-form falco/1.yaml:6"]],
  ["tags that are no list", rule("  tags: shell\n"), ["falco-form falco/1.yaml:6"]],
  ["a switch that is a text", rule('  enabled: "never"\n'), ["falco-form falco/1.yaml:6"]],
  [
    "a name that no macro may have",
    "- macro: my-macro\n  condition: a.b exists\n",
    ["falco-form falco/1.yaml:1"],
  ],
  [
    "a rule without output",
    "- rule: R\n  desc: d\n  condition: a.b exists\n  priority: debug\n",
    ["falco-missing-key falco/1.yaml:1"],
  ],
  ["a list without items", "- list: l\n", ["falco-missing-key falco/1.yaml:1"]],
  ["a priority of somebody's own", rule("").replace("notice", "HIGH"), ["falco-priority falco/1.yaml:5"]],
  [
    "parentheses that do not close",
    rule("").replace("evt.type = open", "(evt.type = open"),
    ["falco-condition falco/1.yaml:3"],
  ],
  [
    "a macro that nobody defines",
    rule("").replace("evt.type = open", "inside and evt.type = open"),
    ["falco-undefined falco/1.yaml:3"],
  ],
  [
    "a list that nobody defines",
    rule("").replace("evt.type = open", "proc.name in shells"),
    ["falco-undefined falco/1.yaml:3"],
  ],
  [
    "an exception without a name",
    rule("  exceptions: [{ fields: [a.b] }]\n"),
    ["falco-exception falco/1.yaml:6"],
  ],
  ["an exception without fields", rule("  exceptions: [{ name: e }]\n"), ["falco-exception falco/1.yaml:6"]],
  [
    "an exception whose values do not fit",
    rule("  exceptions: [{ name: e, fields: [a.b, a.c], values: [[x]] }]\n"),
    ["falco-exception falco/1.yaml:6"],
  ],
  [
    "an exception twice",
    rule("  exceptions: [{ name: e, fields: a.b }, { name: e, fields: a.c }]\n"),
    ["falco-exception falco/1.yaml:6"],
  ],
  ["a rule twice", rule("") + rule(""), ["falco-duplicate falco/1.yaml:6"]],
])("%s is found at its line", (_what, text, expected) => {
  expect(found(text)).toEqual(expected)
})

describe("what a later file changes", () => {
  const change = (lines: string) => `- rule: Shell in a container\n${lines}`

  test.each([
    ["a condition is appended", "  condition: and not proc.name = x\n  override: { condition: append }\n"],
    ["a priority is replaced", "  priority: ERROR\n  override: { priority: replace }\n"],
    ["a rule is switched off", "  enabled: false\n"],
    [
      "exceptions are appended",
      "  exceptions: [{ name: known, values: [[a, b]] }]\n  override: { exceptions: append }\n",
    ],
  ])("%s: silent", (_what, lines) => {
    expect(found(good, change(lines))).toEqual([])
  })

  test.each([
    [
      "a key that is not under override",
      "  output: o\n  priority: ERROR\n  override: { priority: replace }\n",
      "falco-override falco/2.yaml:4",
    ],
    [
      "a key that the item lacks",
      "  priority: ERROR\n  override: { priority: replace, output: append }\n",
      "falco-override falco/2.yaml:3",
    ],
    [
      "a priority that is appended to",
      "  priority: ERROR\n  override: { priority: append }\n",
      "falco-override falco/2.yaml:3",
    ],
    [
      "another word than append and replace",
      "  output: o\n  override: { output: merge }\n",
      "falco-override falco/2.yaml:3",
    ],
  ])("%s: found", (_what, lines, expected) => {
    expect(found(good, change(lines))).toEqual([expected])
  })

  test("nothing that a file before defines: found, unless it is said to be known", () => {
    const text =
      "- rule: Elsewhere\n  enabled: false\n- macro: started\n  condition: or a.b exists\n  override: { condition: append }\n"
    expect(found(text)).toEqual(["falco-override falco/1.yaml:1", "falco-override falco/1.yaml:3"])
    const known = { rules: ["Elsewhere"], macros: ["started"], lists: [] }
    expect(judgeRules([{ file: "a.yaml", text }], known).findings).toEqual([])
  })

  test("the order of the files counts", () => {
    const later = "- list: shells\n  items: [fish]\n  override: { items: append }\n"
    expect([found(good, later), found(later, good)]).toEqual([[], ["falco-override falco/1.yaml:1"]])
  })

  test("append: true is told, and refuses nothing", () => {
    const [one] = judgeRules(
      [{ file: "a.yaml", text: `${good}- list: shells\n  items: [fish]\n  append: true\n` }],
      nothing,
    ).findings
    expect(one).toMatchObject({ rule: "falco-append", severity: "info" })
  })
})

test("aliases that grow without end are refused, and end", () => {
  const bomb = `- &a [x, x]\n${[..."bcdefghij"].map((name, at) => `- &${name} [${`*${"abcdefghi"[at]}, `.repeat(9)}]\n`).join("")}- list: l\n  items: *j\n`
  expect(found(bomb)).toContainEqual(expect.stringMatching(/^falco-form/))
})

test("the gate fails closed: a file that is not there, and files that define nothing, are errors", () => {
  const settings = falcoSettings.parse({ files: ["a.yaml"] })
  const decide = (texts: Parameters<typeof gate.decide>[0]) =>
    gate.decide(texts, {} as never, settings).errors
  expect(decide([{ file: "a.yaml", why: "it cannot be read: no such file" }])).toEqual([
    "a.yaml: it cannot be read: no such file",
  ])
  expect(decide([{ file: "a.yaml", text: "" }])).toEqual([
    "none of the files of gates.falco defines or changes anything",
  ])
  expect(decide([{ file: "a.yaml", text: good }])).toEqual([])
})

test("a file of nothing but changes of Falco's own rules is judged, and not empty", () => {
  const known = { rules: ["Terminal shell in container"], macros: ["container"], lists: [] }
  const text = `- rule: Terminal shell in container
  enabled: false
- macro: container
  condition: and container.name != build
  override: { condition: append }
`
  const settings = { files: ["local.yaml"], known }
  const decided = gate.decide([{ file: "local.yaml", text }], undefined as never, settings)
  expect([decided.findings, decided.errors]).toEqual([[], []])
  expect(decided.summary).toContain("2 changes of others")
})

test.each([
  ["a switch as YAML 1.1 spells it", rule("  enabled: no\n")],
  ["a switch in quotation marks", rule('  warn_evttypes: "False"\n')],
  ["tags that are numbers", rule("  tags: [1059, shell]\n")],
  ["a description that is a year", rule("").replace("desc: d", "desc: 2026")],
  ["items that are numbers and switches", "- list: l\n  items: [1.5, true, no]\n"],
])("%s is read as Falco reads it", (_, text) => {
  expect(found(text)).toEqual([])
})

test("append: yes appends", () => {
  expect(found(rule(""), "- rule: R\n  condition: and a.b = c\n  append: yes\n")).toEqual([
    "falco-append falco/2.yaml:3",
  ])
})

test("a shared policy adds files, and takes away what only the project says is known", () => {
  const own = falcoSettings.parse({ files: ["a.yaml"], known: { macros: ["x", "y"], rules: ["R"] } })
  expect(stricterFalco(own, { files: ["b.yaml"], known: { macros: ["y"], rules: [], lists: [] } })).toEqual({
    files: ["a.yaml", "b.yaml"],
    known: { macros: ["y"], rules: [], lists: [] },
  })
  expect(stricterFalco(undefined, { files: ["b.yaml"] })).toBeUndefined()
})

test("every rule that is reported is explained", () => {
  const texts = [
    "- rule: [\n",
    "- list: l\n",
    rule("  severity: x\n").replace("notice", "HIGH"),
    rule("").replace("evt.type = open", "("),
    rule("").replace("evt.type = open", "m"),
  ]
  for (const one of found(...texts)) expect(explained).toHaveProperty([one.split(" ")[0] ?? ""])
})
