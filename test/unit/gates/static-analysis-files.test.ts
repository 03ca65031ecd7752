/** What the gate `static-analysis` is given: rules of the project, settings, and which files of a tree are code. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { fileKinds, mixed } from "../../../src/gates/static-analysis/languages.ts"
import { readRuleFile, repeatedIds } from "../../../src/gates/static-analysis/rule-files.ts"
import {
  kindByFirstLine,
  selectFiles,
  silencersIn,
  unreadableText,
} from "../../../src/gates/static-analysis/select.ts"
import {
  defaultStaticAnalysis,
  staticAnalysisSettings,
  stricterStaticAnalysis,
} from "../../../src/gates/static-analysis/settings.ts"

describe("rules of the project", () => {
  const rule = "{ id: a, languages: [python], severity: ERROR, message: No., pattern: f() }"

  test("are given to semgrep as they were read", () => {
    const read = readRuleFile("r.yaml", `rules:\n  - ${rule}\n`)
    if ("problem" in read) throw new Error(read.problem)
    expect(read.rules).toEqual([{ id: "a", languages: ["python"], limited: false }])
    expect(JSON.parse(read.text)).toMatchObject({ rules: [{ pattern: "f()" }] })
  })

  test.each([
    ["", "r.yaml"],
    ["rules: []", "it has no rule"],
    ["rules:\n  - [", "r.yaml cannot be read"],
    ["rules:\n  - { id: a }", "r.yaml: rules.0"],
    [`rules:\n  - ${rule.replace("[python]", "[klingon]")}`, "is for klingon"],
    [`rules:\n  - ${rule.replace("[python]", "[regex]")}`, "is for regex"],
    [`rules:\n  - ${rule.replace("ERROR", "GRAVE")}`, "severity"],
    [`rules:\n  - ${rule.replace("pattern:", "mode: join, pattern:")}`, "mode"],
    [`rules:\n  - ${rule.replace("pattern:", "validators: [], pattern:")}`, "ask servers"],
    [`rules: &a\n  - ${rule}\nmore: *a\n`, "r.yaml"],
  ])("%j is an error", (text, why) => {
    expect(readRuleFile("r.yaml", text)).toEqual({ problem: expect.stringContaining(why) })
  })

  test("two with one id are told, also one that has the id of Signalbox's own", () => {
    const one = { id: "js-eval-of-data", languages: ["go"] as const, limited: false }
    expect(repeatedIds([one, { ...one, id: "b" }, one])).toEqual(["js-eval-of-data"])
  })
})

describe("settings", () => {
  test("with a shared policy, the rules of both count, and left out is what both leave out", () => {
    const [a, b] = [
      { path: "a", reason: "x" },
      { path: "b", reason: "x" },
    ]
    const own = staticAnalysisSettings.parse({ rules: ["r.yaml"], exclude: [a, b] })
    expect(stricterStaticAnalysis(own, { rules: ["s.yaml"], exclude: [b], failOn: ["low"] })).toMatchObject({
      rules: ["r.yaml", "s.yaml"],
      exclude: [b],
      failOn: ["critical", "high", "medium", "low"],
    })
    expect(stricterStaticAnalysis(undefined, { exclude: [] })).toEqual(defaultStaticAnalysis)
  })

  test.each(["/etc", "../x", "a/../b", "a/", "./a", ""])("%j is no path below the root", (path) => {
    expect(staticAnalysisSettings.safeParse({ rules: [path] }).success).toBe(false)
  })
})

describe("which files are code", () => {
  const tree = mkdtempSync(join(tmpdir(), "code-"))
  afterAll(() => rmSync(tree, { recursive: true }))
  const ruled = ["javascript", "typescript", "python"]

  test("by ending and first line, in all of the tree but what is installed; what is not judged is named", () => {
    const files: Readonly<Record<string, string | Buffer>> = {
      "a.js": "",
      "A.PY": "x = 1\n",
      "tests/.hidden/b.mts": "",
      "node_modules/x/c.js": "",
      "bin/run": "#!/usr/bin/env -S node --harmony\n",
      "bin/tool": "#!/usr/bin/python3.11\n",
      "bin/other": "#!/bin/sh\n",
      "notes.md": "eval(x)\n",
      "Page.vue": "",
      "main.rs": "",
      "lib.rs": "",
      "vendor/d.js": "",
      "vendor/e.js": "",
      "wide.ts": Buffer.from("\ufeffeval(x)", "utf16le"),
      "coded.py": "# -*- coding: utf-7 -*-\n",
    }
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, file)), { recursive: true })
      writeFileSync(join(tree, file), text)
    }
    symlinkSync("a.js", join(tree, "again.js"))
    symlinkSync("/etc/hosts", join(tree, "outside.js"))
    const exclude = [{ path: "vendor", reason: "it is not ours" }]
    const found = selectFiles(tree, { kinds: fileKinds, mixed, ruled, exclude })
    expect(found.files).toEqual([
      { file: "A.PY", language: "python", as: "A.PY.signalbox.py" },
      { file: "a.js", language: "javascript" },
      { file: "bin/run", language: "javascript", as: "bin/run.signalbox.js" },
      { file: "bin/tool", language: "python", as: "bin/tool.signalbox.py" },
      { file: "tests/.hidden/b.mts", language: "typescript", as: "tests/.hidden/b.mts.signalbox.ts" },
    ])
    expect(found.notLooked).toEqual([
      { file: "coded.py", why: "it says that its encoding is utf-7", refuses: true },
      {
        file: "wide.ts",
        why: "it has bytes that no text has in UTF-8: it is binary, or UTF-16",
        refuses: true,
      },
      { file: "outside.js", why: "it is a link to what is not judged by itself" },
      { file: "Page.vue", why: "components of Vue hold code that no rule reads" },
      { file: "lib.rs", why: "there is no rule for Rust; so are 1 more" },
      { file: "vendor/d.js", why: "left out below vendor: it is not ours; so are 1 more" },
    ])
  })

  test("first lines that name no program of a language are none", () => {
    expect(kindByFirstLine("#!/bin/sh", fileKinds)).toBeUndefined()
    expect(kindByFirstLine("node", fileKinds)).toBeUndefined()
    expect(kindByFirstLine("#!/usr/local/bin/node20", fileKinds)?.name).toBe("javascript")
  })

  test("encodings whose ASCII is ASCII are read", () => {
    for (const coding of ["utf-8", "latin-1", "cp1252"])
      expect(unreadableText(Buffer.from(`# coding: ${coding}\n`), "python")).toBeUndefined()
  })

  test.each([
    ["eval(x) // nosemgrep", "javascript", 1],
    ["eval(x) /* nosem: js-eval */", "javascript", 1],
    ["pickle.loads(x)  # nosec B301", "python", 1],
    ["const nosemgrep = 1", "javascript", 0],
    ["eval(x) // nosec", "javascript", 0],
  ])("%s: comments that would switch a tool off are counted", (line, language, count) => {
    expect(silencersIn("a", `\n${line}\n`, language)).toHaveLength(count)
  })

  test("a line of 300 kB holds nothing up", () => {
    const started = performance.now()
    for (const part of ["#", "// ", "nosem ", "nosecnosem"])
      silencersIn("a", part.repeat(300_000 / part.length), "python")
    expect(performance.now() - started).toBeLessThan(3000)
  })
})
