/** What the gate `static-analysis` is given: rules of the project, settings, and which files of a tree are code. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { kindByFirstLine, unknownProgram } from "../../../src/gates/static-analysis/first-line.ts"
import { fileKinds, mixed } from "../../../src/gates/static-analysis/languages.ts"
import { readRuleFile, repeatedIds } from "../../../src/gates/static-analysis/rule-files.ts"
import { copySelected, selectFiles } from "../../../src/gates/static-analysis/select.ts"
import {
  defaultStaticAnalysis,
  staticAnalysisSettings,
  stricterStaticAnalysis,
} from "../../../src/gates/static-analysis/settings.ts"
import { judgedText, silencersIn, unreadableText } from "../../../src/gates/static-analysis/source-text.ts"

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
    const code = expect.stringMatching(/^[\da-f]{20}$/)
    expect(found.files).toEqual([
      { file: "A.PY", language: "python", as: "A.PY.signalbox.py" },
      { file: "a.js", language: "javascript" },
      { file: "bin/run", language: "javascript", as: "bin/run.signalbox.js" },
      { file: "bin/tool", language: "python", as: "bin/tool.signalbox.py" },
      { file: "tests/.hidden/b.mts", language: "typescript", as: "tests/.hidden/b.mts.signalbox.ts" },
    ])
    expect(found.notLooked).toEqual([
      { file: "coded.py", why: "it says that its encoding is utf-7", refuses: true, code },
      {
        file: "wide.ts",
        why: "it has bytes that no text has in UTF-8: it is binary, or UTF-16",
        ...{ refuses: true, code },
      },
      { file: "outside.js", why: "it is a link to what is not judged by itself", refuses: true, code },
      { file: "Page.vue", why: "components of Vue hold code that no rule reads" },
      { file: "lib.rs", why: "there is no rule for Rust; so are 1 more" },
      { file: "vendor/d.js", why: "left out below vendor: it is not ours; so are 1 more" },
      { file: "node_modules", why: "installed packages are not judged" },
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

/** A tree of its own for one test. */
function treeOf(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>> = {}) {
  const root = mkdtempSync(join(tmpdir(), "code-of-"))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), text)
  }
  for (const [link, target] of Object.entries(links)) {
    mkdirSync(dirname(join(root, link)), { recursive: true })
    symlinkSync(target, join(root, link))
  }
  return root
}

const asked = {
  ...{ kinds: fileKinds, mixed, exclude: [] },
  ruled: ["go", "java", "javascript", "python", "typescript"],
}

/** What is refused, by its place. */
const refusedIn = (root: string, request = {}) =>
  selectFiles(root, { ...asked, ...request })
    .notLooked.filter(({ refuses }) => refuses === true)
    .map(({ file, why }) => `${file}: ${why}`)

describe("code that compilers see and semgrep would not", () => {
  test.each([
    ["python", "# harmless\rx = 1\r\ny = 2\n", "# harmless\nx = 1\ny = 2\n"],
    ["java", "// harmless\rfinal int x = 1;\n", "// harmless\nfinal int x = 1;\n"],
    ["java", "/* a \\u002a\\uu002f f(); */", "/* a */ f(); */"],
    ["java", 'digest("MD\\u0035")', 'digest("MD5")'],
    ["java", '"\\\\u0041 \\u00e9 \\u0000"', '"\\\\u0041 \\u00e9 \\u0000"'],
    ["javascript", "\\u0065val(x); \\u{000065}val(y)", "eval(x); eval(y)"],
    ["typescript", '({ "\\x72ejectUnauthorized": false })', '({ "rejectUnauthorized": false })'],
    ["javascript", '"\\u003c \\\\u0065 \\x31 \\U0065"', '"\\u003c \\\\u0065 \\x31 \\U0065"'],
    ["go", "// a\rb", "// a\rb"],
  ])("%s: %j is judged as what it means", (language, text, judged) => {
    expect(judgedText(text, language)).toBe(judged)
  })

  test("is what the tools are given, at the same lines", () => {
    const root = treeOf({ "a.py": "# harmless\rx = 1\n", "b.js": "\\u0065val(x)\n" })
    copySelected(root, join(root, "out"), asked)
    expect(readFileSync(join(root, "out/tree/a.py"), "utf8")).toBe("# harmless\nx = 1\n")
    expect(readFileSync(join(root, "out/tree/b.js"), "utf8")).toBe("eval(x)\n")
    rmSync(root, { recursive: true })
  })

  test.each(["\\u000a", "\\uuu000D", "\\u005c"])("a file of Java with %s refuses", (written) => {
    expect(unreadableText(Buffer.from(`// ${written} f();\n`), "java")).toContain("before anything else")
    expect(unreadableText(Buffer.from(`// \\${written} f();\n`), "java")).toBeUndefined()
  })

  test("an encoding refuses however far behind in its line it is declared", () => {
    const text = `#${" ".repeat(5000)}\n#${" ".repeat(5000)} coding: utf-7\n`
    expect(unreadableText(Buffer.from(text), "python")).toBe("it says that its encoding is utf-7")
    const third = `\n\n# coding: utf-7\n`
    expect(unreadableText(Buffer.from(third), "python")).toBeUndefined()
  })

  test("a line of 100 kB of escapes holds nothing up", () => {
    const started = performance.now()
    for (const part of ["\\", "\\u", "u", "\\u{0", "0", "\\x"])
      for (const language of ["java", "javascript"]) {
        judgedText(`\\u{${part.repeat(100_000 / part.length)}`, language)
        unreadableText(Buffer.from(part.repeat(100_000 / part.length)), language)
      }
    expect(performance.now() - started).toBeLessThan(3000)
  })
})

describe("links", () => {
  const roots: string[] = []
  afterAll(() => {
    for (const root of roots) rmSync(root, { recursive: true })
  })
  const linked = (links: Readonly<Record<string, string>>) => {
    const root = treeOf(
      {
        ...{ "payload.txt": "eval(x)\n", "y.go": "package y\n", "a.js": "f()\n", "data/words.txt": "" },
        ...{ "api/node_modules/h/index.js": "eval(x)\n", "vendor/lib.js": "" },
      },
      links,
    )
    roots.push(root)
    return root
  }

  test.each([
    ["src/evil.js", "../payload.txt", "not judged by itself"],
    ["src/z.js", "../y.go", "not judged as JavaScript"],
    ["src/none.py", "../nowhere", "not judged by itself"],
    ["src/lib", "../api/node_modules/h", "into what nobody judges"],
    ["src/h.js", "../api/node_modules/h/index.js", "into what nobody judges"],
    ["src/out.js", "/etc/hosts", "not judged by itself"],
  ])("%s to %s refuses: it is code that nobody has judged", (link, target, why) => {
    expect(refusedIn(linked({ [link]: target }))).toEqual([expect.stringContaining(`${link}: `)])
    expect(refusedIn(linked({ [link]: target }))[0]).toContain(why)
  })

  test("to what is judged in its own place, and to what is no code, refuse nothing", () => {
    const links = { "b.js": "a.js", "src/c.cjs": "../a.js", words: "data", AGENTS: "payload.txt" }
    const root = linked({ ...links, venv: ".venv/lib", "main.rs": "a.js", "d.js": "data" })
    expect(refusedIn(root)).toEqual([])
    expect(selectFiles(root, asked).notLooked).toEqual(
      expect.arrayContaining([{ file: "venv", why: "it is a link that leads to nothing in the tree" }]),
    )
  })

  test("below what `exclude` names, or into it, are told with its reason", () => {
    const exclude = [
      { path: "vendor", reason: "not ours" },
      { path: "old", reason: "gone soon" },
    ]
    const root = linked({ "v.js": "vendor/lib.js", "old/p.js": "../payload.txt" })
    expect(refusedIn(root, { exclude })).toEqual([])
    expect(selectFiles(root, { ...asked, exclude }).notLooked).toEqual(
      expect.arrayContaining([{ file: "old/p.js", why: "left out below old: gone soon" }]),
    )
  })
})

describe("scripts that an unusual first line starts", () => {
  test.each([
    ["#!/usr/bin/env -S uv run --script", "python"],
    ["#!/usr/bin/env -u X python3", "python"],
    ["#!/usr/bin/env -C / python3", "python"],
    ['#!/usr/bin/env -S "python3" -u', "python"],
    ["#!/usr/bin/env -Spython3 -u", "python"],
    ["#!/usr/bin/env -S npx tsx", "typescript"],
    ["#!/usr/bin/env -S nice python3", "python"],
    ["#!/usr/bin/env ts-node-script", "typescript"],
    ["#!/usr/bin/python3-dbg", "python"],
    ["#!/usr/bin/python3.11-dbg", "python"],
    ["#!/usr/bin/pythonw", "python"],
    ["#!/usr/bin/java --source 21", "java"],
  ])("%s is %s", (line, name) => {
    expect(kindByFirstLine(line, fileKinds)?.name).toBe(name)
  })

  test.each(["#!/bin/sh -e python", "#!/usr/bin/env bash", "#!/usr/bin/env -S bash node", "#!/usr/bin/env"])(
    "%s is none, and nothing is told of it",
    (line) => {
      expect(kindByFirstLine(line, fileKinds)).toBeUndefined()
      expect(unknownProgram(line, fileKinds)).toBeUndefined()
    },
  )

  test("one that `env` starts by a program that is not known is named", () => {
    const root = treeOf({ "bin/run": "#!/usr/bin/env -S perl -w\n" })
    expect(selectFiles(root, asked).notLooked).toEqual([
      { file: "bin/run", why: "its first line starts perl, of which nothing is known here" },
    ])
    rmSync(root, { recursive: true })
  })

  test("one whose name is not UTF-8 refuses", () => {
    const root = treeOf({ "a.js": "" })
    const name = Buffer.from([0x72, 0xff])
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), "#!/usr/bin/env node\neval(x)\n")
    const place = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xfe])])
    mkdirSync(place)
    writeFileSync(Buffer.concat([place, Buffer.from("/b.py")]), "")
    expect(refusedIn(root)).toEqual(["r\ufffd: its name is not UTF-8", "\ufffd/b.py: its name is not UTF-8"])
    rmSync(root, { recursive: true })
  })
})

describe("names that would stop the copy", () => {
  test("a directory .semgrepignore with code refuses, and the rest is judged", () => {
    const root = treeOf({ ".semgrepignore/a.js": "", "sub/.semgrepignore/b.js": "", "c.js": "" })
    copySelected(root, join(root, "out"), asked)
    expect(refusedIn(root).filter((one) => !one.startsWith("out/"))).toEqual([
      expect.stringContaining(".semgrepignore/a.js: semgrep takes .semgrepignore for"),
    ])
    rmSync(root, { recursive: true })
  })

  test("a directory in the place of a copy refuses", () => {
    const root = treeOf({ "a.pyw": "", "a.pyw.signalbox.py/b.js": "" })
    expect(refusedIn(root)).toEqual([expect.stringContaining("a.pyw: it is given to the tools as")])
    rmSync(root, { recursive: true })
  })
})

describe("node_modules", () => {
  const root = treeOf({ "api/node_modules/x/a.js": "eval(x)\n", "web/node_modules/.gitkeep": "", "b.js": "" })
  afterAll(() => rmSync(root, { recursive: true }))

  test("that is committed refuses until `exclude` names it with a reason", () => {
    const committed = true
    expect(refusedIn(root, { committed })).toEqual([expect.stringContaining("api/node_modules: packages")])
    const exclude = [{ path: "api/node_modules", reason: "patched by hand" }]
    expect(selectFiles(root, { ...asked, committed, exclude }).notLooked).toEqual([
      { file: "api/node_modules", why: "left out below api/node_modules: patched by hand" },
    ])
  })

  test("that is only installed is named", () => {
    expect(selectFiles(root, asked).notLooked).toEqual([
      { file: "api/node_modules", why: "installed packages are not judged" },
    ])
  })
})
