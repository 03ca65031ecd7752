/** The gate `shell` over what ShellCheck really left (test/recorded/shellcheck), which files are scripts, and its comments. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { gateContexts } from "../../../src/domain/index.ts"
import { requiredByDefault } from "../../../src/gates/catalogue.ts"
import { hadolintRun } from "../../../src/gates/dockerfile/tool.ts"
import { rewritten, silencersIn } from "../../../src/gates/engine/tree-tool/main.ts"
import { findScripts, kindOf, shellOf, sourcedIn } from "../../../src/gates/shell/find.ts"
import { gate } from "../../../src/gates/shell/gate.ts"
import { shellcheck } from "../../../src/gates/shell/read.ts"
import { shellcheckRun, withSourced } from "../../../src/gates/shell/tool.ts"
import { versions } from "../../../toolchain/versions.ts"
import {
  comparison,
  corpusOf,
  judge as judgeRun,
  neverPasses,
  nothingToJudge,
  placesOf,
  recordings,
  reportOf,
  withReport,
} from "./support/linter.ts"

const run = recordings("shellcheck", versions.shellcheck)
const judge = (one: ReturnType<typeof run>, settings = {}) =>
  judgeRun(one, shellcheck, "shell scripts", settings)

describe("ShellCheck's real exits", () => {
  test("clean", () => {
    expect(judge(run("clean"))).toMatchObject({ findings: [], errors: [], summary: "2 shell scripts" })
  })

  test("findings have file, line, rule and severity; neither a comment nor settings of the tree switch one off", () => {
    const { findings, summary } = judge(run("findings"))
    expect(placesOf(findings)).toEqual(["a.sh:4 SC2086", "a.sh:4 SC2115", "a.sh:5 SC2086"])
    expect(summary).toBe("2 shell scripts; 1 comment that would switch it off was not obeyed")
    expect(findings.find(({ rule }) => rule === "SC2115")).toMatchObject({
      severity: "medium",
      help: "https://www.shellcheck.net/wiki/SC2115",
    })
  })

  test("a fault in a file that a script sources is found at its line, in the script's shell", () => {
    const { findings, summary } = judge(run("sourced"))
    expect(placesOf(findings)).toEqual(["lib:2 SC2115", "lib:3 SC3010"])
    expect(summary).toBe("2 shell scripts")
  })

  test("equal findings of one file are told apart, so that a waiver covers one", () => {
    const subjects = judge(run("findings")).findings.flatMap(({ rule, subject }) =>
      rule === "SC2086" ? subject : [],
    )
    expect(subjects).toHaveLength(2)
    expect(new Set(subjects).size).toBe(2)
  })

  test("a script that cannot be parsed is refused at its line", () => {
    expect(judge(run("unparsable")).findings).toContainEqual(
      expect.objectContaining({
        rule: "SC1073",
        severity: "high",
        location: { file: "a.sh", line: 2, column: 10 },
      }),
    )
  })

  test.each([
    ["unparsable", "SC1072"],
    ["stopped", "SC1089"],
    ["unknown-shell", "SC1071"],
  ])("%s: that it could not read on refuses, whatever the settings say", (name, rule) => {
    const accepted = ["SC1071", "SC1072", "SC1089"].map((one) => ({ rule: one, reason: "it is not ours" }))
    for (const settings of [{}, { accepted }, { failOn: ["critical"] }])
      expect(judge(run(name), settings).findings).toContainEqual(
        expect.objectContaining({
          ...{ rule, severity: "critical" },
          message: expect.stringContaining("what follows was not judged"),
        }),
      )
  })

  test("an empty script is named as not looked at, and not counted", () => {
    const { findings, figures } = judge(run("empty"))
    expect(findings).toMatchObject([
      {
        rule: "not-looked-at",
        severity: "info",
        location: { file: "a.sh" },
        message: expect.stringContaining("it is empty"),
      },
    ])
    expect(figures).toMatchObject({ files: 1, notLooked: 1 })
  })

  test.each([
    ["crash", "ended with exit code 4"],
    ["time-out", "did not end within 1 s"],
    ["killed", "was ended by SIGKILL"],
    ["missing", "could not be started"],
    ["other-version", "it is 0.10.0, the toolbox names"],
  ])("%s is an error, never a pass", (name, why) => {
    const { errors, findings } = judge(run(name))
    expect(errors).toEqual([expect.stringContaining(why)])
    expect(findings).toEqual([])
  })

  test("cut anywhere, its report is no report", () => {
    const text = reportOf(run("findings")).trimEnd()
    for (let end = 0; end < text.length; end += 1)
      expect(() => judge(withReport(run("findings"), text.slice(0, end))), `${end}`).toThrow(
        "OUTPUT_UNREADABLE",
      )
  })

  test("two findings that have become one object are no report", () => {
    const text = reportOf(run("findings"))
    const [, second = -1] = [...text.matchAll(/"line":/g)].map(({ index }) => index)
    const merged = `${text.slice(0, text.indexOf('"endLine"'))}${text.slice(second)}`
    expect(() => JSON.parse(merged)).not.toThrow()
    expect(() => judge(withReport(run("findings"), merged))).toThrow("twice")
  })

  test.each(["findings", "one"])(
    "whatever becomes of its report, it never passes: %s",
    (name) => {
      neverPasses(run(name), shellcheck)
    },
    300_000,
  )
})

test("the corpus: every planted fault at its line, and nothing else", () => {
  const corpus = corpusOf("shell")
  const { files, beside, notLooked } = withSourced(findScripts(corpus.project.tree))
  expect({ files, beside }).toEqual({ files: run("corpus").files, beside: [] })
  const judgement = judge({ ...run("corpus"), notLooked }, corpus.config.gates.shell)
  expect(comparison(corpus, judgement)).toMatchObject({ missing: [], falsePositives: [], problems: [] })
})

test("without gates.shell it does not judge, and says what would make it; nothing requires it", async () => {
  const { gates } = corpusOf("dockerfile").config
  expect(await gate.appliesTo({ gates } as never, {} as never)).toEqual({
    applies: false,
    why: "signalbox.yaml has no gates.shell: with `shell: {}` it judges",
  })
  expect(gateContexts.flatMap((context) => requiredByDefault(context))).not.toContain("shell")
})

describe("a script that names no shell in its first line", () => {
  const notLooked = [{ file: "a.sh", why: "its first line names no shell", refuses: true }]

  test("refuses beside sound ones, whatever the settings say", () => {
    const accepted = [{ rule: "not-looked-at", reason: "it is not ours" }]
    for (const settings of [{}, { accepted }, { failOn: ["critical" as const] }])
      expect(judge({ ...run("clean"), notLooked }, settings)).toMatchObject({
        findings: [{ rule: "not-looked-at", severity: "critical", location: { file: "a.sh" } }],
        failOn: expect.arrayContaining(["critical"]),
      })
  })

  test("refuses where it is all there is: the gate is not skipped", () => {
    const judgement = judge({ ...nothingToJudge(run("clean")), notLooked })
    expect(judgement).toMatchObject({ findings: [{ severity: "critical" }] })
    expect(judgement).not.toHaveProperty("skipped")
  })
})

describe("comments that would switch it off", () => {
  const { silencer = [], rewrite } = shellcheckRun
  if (rewrite === undefined) throw new Error("nothing is changed")

  test.each([
    ["# shellcheck disable=SC2086", "# shellcheck disable=SC9999"],
    ["#shellcheck disable=2086,SC2115 # reason 12", "#shellcheck disable=9999,SC9999 # reason 12"],
    ["  # shellcheck disable=all", "  # shellcheck disable=SC9"],
    ["# shellcheck disable=SC1000-SC9999", "# shellcheck disable=SC9999-SC9999"],
    ['# shellcheck source=lib2.sh disable="SC1091"', '# shellcheck source=lib2.sh disable="SC9999"'],
    ["# shellcheck disable=SC1091 disable=SC2034", "# shellcheck disable=SC9999 disable=SC9999"],
    ['# shellcheck disable="SC2086,SC2034 or so"', '# shellcheck disable="SC9999,SC9999 or so"'],
    ["# shellcheck enable=all disable='SC1091'", "# shellcheck enable=all disable='SC9999'"],
    ["#\xc2\xa0shellcheck\xc2\xa0disable=all", "#\xc2\xa0shellcheck\xc2\xa0disable=SC9"],
    ["# shellcheck extended-analysis=false", "# shellcheck extended-analysis=true "],
  ])("%s", (before, after) => {
    expect(rewritten(before, rewrite)).toBe(after)
    expect(silencersIn("a.sh", `echo\n${before}\n`, silencer)).toMatchObject([{ file: "a.sh", line: 2 }])
  })

  test.each(["# shellcheck shell=bash", "# shellcheck source=lib2.sh", "echo shellcheck disable=SC2086"])(
    "%s stays as it is",
    (text) => {
      expect(rewritten(text, rewrite)).toBe(text)
      expect(silencersIn("a.sh", text, silencer)).toEqual([])
    },
  )
})

test.each([
  ["#", ""],
  ["#", " shellcheck"],
  ["# ", "hadolint"],
  ["# shellcheck ", ""],
  ["# hadolint shell=", ""],
  ["disable=", ""],
])("a line of 300 kB of %j and %j holds nothing up", (part, end) => {
  const line = `${part.repeat(300_000 / part.length)}${end}`
  const started = performance.now()
  for (const { silencer = [] } of [shellcheckRun, hadolintRun])
    expect(silencersIn("a.sh", line, silencer)).toEqual([])
  expect(performance.now() - started).toBeLessThan(3000)
})

describe("which files are scripts", () => {
  test.each([
    ["#!/bin/sh", "sh"],
    ["#! /usr/bin/env bash", "bash"],
    ["#!/usr/bin/env -S LANG=C bash -e", "bash"],
    ["#!/usr/local/bin/bash5.2", "bash"],
    ["#!/bin/busybox sh", "busybox"],
    ["#!/usr/bin/env zsh", "zsh"],
    ["#!/usr/bin/env -S -u zsh bash", "bash"],
    ["#!/usr/bin/env -iu zsh -C /srv A=1 dash -e", "dash"],
    ["#!/usr/bin/env python3", undefined],
    ["#!/usr/bin/node /bin/sh", undefined],
    ["echo '#!/bin/sh'", undefined],
    ["#!", undefined],
  ])("%s is %s", (line, shell) => {
    expect(shellOf(line)).toBe(shell)
  })

  test("by ending or first line; another interpreter's first line counts more than an ending", () => {
    expect(kindOf("a.sh", "echo")).toBe("script")
    expect(kindOf("bin/a", "#!/bin/bash")).toBe("script")
    expect(kindOf("A.SH", "echo")).toBe("script")
    expect(kindOf("a.ash", "echo")).toBe("script")
    expect(kindOf("a.csh", "echo")).toEqual({ why: "ShellCheck does not know csh" })
    expect(kindOf("a.sh", "#!/usr/bin/env python3")).toEqual({
      ...{ why: "its first line names no shell", refuses: true },
    })
    expect(kindOf("a.py", "#!/usr/bin/env python3")).toBeUndefined()
    expect(kindOf("a.txt", "echo")).toBeUndefined()
    expect(kindOf("a.zsh", "echo")).toEqual({ why: "ShellCheck does not know zsh" })
    expect(kindOf("a.sh", "#!/bin/fish")).toEqual({ why: "ShellCheck does not know fish" })
  })

  test.each([
    [". ./settings", ["./settings"]],
    ['  source "$HERE/lib/common" # both', ["$HERE/lib/common"]],
    ['. "$(dirname "$0")/lib.sh"', ["$/lib.sh"]],
    [". `dirname $0`/lib", ["$/lib"]],
    ["  # see the source code", []],
    ["if [ -f x ]; then . x; fi", ["x"]],
    ["# shellcheck source=../etc/defaults\n. $FILE", ["$FILE", "../etc/defaults"]],
    ["echo a source of joy.", ["of"]],
    ["echo done. Next", []],
  ])("%s: what is sourced is known", (text, names) => {
    expect(sourcedIn(text)).toEqual(names)
  })

  const tree = mkdtempSync(join(tmpdir(), "scripts-"))
  afterAll(() => rmSync(tree, { recursive: true }))

  test("files that scripts source are judged in the shell of those, also what these source in turn", () => {
    const place = mkdtempSync(join(tmpdir(), "sourced-"))
    const files = {
      "a.bash": `. lib/both\nsource "\${BASH_SOURCE%/*}/lib/bash-only"\n`,
      b: "#!/bin/dash\n. ./lib/both\n. ./tool\n",
      "lib/both": ". ./third\n",
      "lib/bash-only": "",
      "lib/third": "echo\n",
      "lib/fourth": "echo\n",
      tool: "#!/usr/bin/env python3\n",
    }
    mkdirSync(join(place, "lib"))
    for (const [file, text] of Object.entries(files)) writeFileSync(join(place, file), text)
    const found = findScripts(place)
    rmSync(place, { recursive: true })
    expect(found).toMatchObject({
      files: ["a.bash", "b"],
      sourced: [
        { file: "lib/bash-only", shell: "bash" },
        { file: "lib/both", shell: "dash" },
        { file: "lib/third", shell: "dash" },
      ],
      notLooked: [{ file: "tool" }],
    })
    const { files: all, apart } = withSourced(found)
    expect(all).toEqual(["a.bash", "b", "lib/bash-only", "lib/both", "lib/third"])
    expect(apart.map((one) => [one.args[0], one.files])).toEqual([
      ["--shell=bash", ["lib/bash-only"]],
      ["--shell=dash", ["lib/both", "lib/third"]],
    ])
  })

  test("in all of the tree but what is installed; links are followed nowhere, and named where they lead to no script", () => {
    const files = {
      "bin/run": '#!/bin/sh\n. "$(dirname "$0")/settings"\n. "$CHOSEN/choice"\n',
      "bin/settings": "place=/srv\n",
      "a.sh": "",
      "deep/b/c.bash": "echo\r\n",
      "notes.md": "A script begins with #!/bin/sh\n",
      "node_modules/x/y.sh": "echo\n",
      "x.fish": "echo\n",
      mark: "\ufeff#!/bin/bash\necho\n",
      Y: "echo\n",
      "deep/choice": "echo\n",
    }
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, file)), { recursive: true })
      writeFileSync(join(tree, file), text)
    }
    symlinkSync("/bin", join(tree, "elsewhere"))
    symlinkSync("a.sh", join(tree, "again.sh"))
    symlinkSync("../x.fish", join(tree, "bin/again.fish"))
    symlinkSync("Y", join(tree, "y.sh"))
    symlinkSync("/etc/profile", join(tree, "outside.sh"))
    symlinkSync("nowhere", join(tree, "gone.sh"))
    const found = findScripts(tree)
    expect([...found.files].sort()).toEqual(["a.sh", "bin/run", "deep/b/c.bash", "mark"])
    expect(found.sourced).toEqual([{ file: "bin/settings", shell: "sh" }])
    expect(found.beside).toEqual(["deep/choice"])
    const why = "it is a link to what is no script of this tree by itself"
    expect(found.notLooked.toSorted((a, b) => a.file.localeCompare(b.file))).toEqual([
      { file: "deep/choice", why: "it is called like what a script sources, and no script by itself" },
      ...["gone.sh", "outside.sh"].map((file) => ({ file, why })),
      { file: "x.fish", why: "ShellCheck does not know fish" },
      { file: "y.sh", why },
    ])
  })
})
