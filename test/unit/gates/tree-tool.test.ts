/** How a linter is run over files of a tree: every file is given once, and what it leaves half done is no judgement. */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { sha256 } from "../../../src/domain/index.ts"
import { decideTreeRun } from "../../../src/gates/engine/tree-tool/decide.ts"
import type { TreeToolRequest } from "../../../src/gates/engine/tree-tool/main.ts"
import { repeatedKey } from "../../../src/gates/engine/tree-tool/repeated-key.ts"

const program = join(import.meta.dirname, "../../../src/gates/engine/tree-tool/main.ts")
const work = mkdtempSync(join(tmpdir(), "tree-tool-"))
afterAll(() => rmSync(work, { recursive: true }))

/** Names the files that it was given and what they hold; ends as its first argument says. */
const linter = `
  const [code, ...files] = process.argv.slice(1)
  if (code === "--version") console.log("linter 1.2.3")
  else {
    if (code !== "2") console.log(JSON.stringify(files.map((file) => [file, require("fs").readFileSync(file, "utf8")])))
    if (code === "2") console.error("it fell over")
    process.exitCode = Number(code)
  }
`

function run(name: string, files: Readonly<Record<string, string>>, request: Partial<TreeToolRequest> = {}) {
  const place = join(work, name)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, "tree", file)), { recursive: true })
    writeFileSync(join(place, "tree", file), text)
  }
  mkdirSync(join(place, "out"), { recursive: true })
  const asked: TreeToolRequest = {
    ...{ command: process.execPath, args: ["-e", linter, "0"], judged: [0, 1, 2], seconds: 60 },
    ...{ version: { args: ["-e", linter, "--", "--version"], pattern: "linter (\\S+)" } },
    files: Object.keys(files),
    ...request,
  }
  writeFileSync(join(place, "request.json"), JSON.stringify(asked))
  const args = [program, join(place, "request.json"), join(place, "out"), join(place, "tree")]
  const done = spawnSync(process.execPath, args, { encoding: "utf8" })
  const read = (file: string) => JSON.parse(readFileSync(join(place, "out", file), "utf8"))
  return { code: done.status, said: done.stderr, read }
}

describe("a linter over files of a tree", () => {
  test("is given each file once, some at a time, whatever its name", () => {
    const names = ["-rf.sh", "a b.sh", 'q"uote.sh', "line\nbreak.sh", "$HOME.sh", "*.sh", "é.sh"]
    const files = [...names, ...Array.from({ length: 444 }, (_, index) => `d${index}/run.sh`)]
    const { code, read } = run("many", Object.fromEntries(files.map((file) => [file, "echo"])))
    expect(code).toBe(0)
    const { version, batches } = read("looked.json")
    expect(version).toBe("1.2.3")
    expect(batches.map((one: { files: string[] }) => one.files.length)).toEqual([200, 200, 51])
    const given = [1, 2, 3].flatMap((index) => read(`report-${index}.txt`).map(([file]: string[]) => file))
    expect(given).toEqual(files.map((file) => `./${file}`))
  })

  test("gets files with comments that would switch it off changed, in their bytes, and such without as they are", () => {
    const { read } = run(
      "comments",
      { "a.sh": "# off=12\né\n", "b.sh": "echo 12\n", "c.sh": "" },
      { silencer: [["# off="]], rewrite: [{ pattern: "(?<=# off=)\\d+", replace: [["\\d", "9"]] }] },
    )
    const { silencers, empty } = read("looked.json")
    expect(silencers).toEqual([{ file: "a.sh", line: 1, text: "# off=12" }])
    expect(empty).toEqual(["c.sh"])
    expect(read("report-1.txt").slice(0, 2)).toEqual([
      ["./a.sh", "# off=99\né\n"],
      ["./b.sh", "echo 12\n"],
    ])
  })

  test("tells what stands in the places that its report names, as digests", () => {
    const report = `[{"file":"./a.sh","line":2},{"file":"./a.sh","line":2},{"file":"../x","line":1},{"line":1},null]`
    const said = ["-e", `console.log('${report}')`]
    const { code, read } = run("places", { "a.sh": "a\nb\n" }, { args: said, places: { file: "file" } })
    expect(code).toBe(0)
    expect(read("looked.json").code).toEqual([
      {
        file: "a.sh",
        whole: sha256("a\nb\n").slice(7, 27),
        lines: [{ first: 2, last: 2, code: sha256("b").slice(7, 27) }],
      },
    ])
  })

  test("tells what stands in all lines of a place, where its report says which the last is", () => {
    const said = [
      "-e",
      `console.log('[{"file":"./a.sh","line":1,"end":2},{"file":"./a.sh","line":1,"end":1}]')`,
    ]
    const places = { file: "file", last: "end" }
    const { code, read } = run("spans", { "a.sh": "a\nb\n" }, { args: said, places })
    expect(code).toBe(0)
    expect(read("looked.json").code[0].lines).toEqual([
      { first: 1, last: 2, code: sha256("a\nb").slice(7, 27) },
      { first: 1, last: 1, code: sha256("a").slice(7, 27) },
    ])
  })

  test("equal lines with the same fault are numbered from the top", () => {
    const finding = { rule: "R1", severity: "high", message: "no", subject: "no [code a]" } as const
    const at = (line: number) => ({ ...finding, location: { file: "a.sh", line } })
    const reading = {
      ...{ tool: { name: "t", version: "1" }, files: ["a.sh"], unread: [], notLooked: [], silencers: [] },
      ...{ findings: [at(9), at(2)], errors: [], reports: {} },
    }
    const { findings } = decideTreeRun(reading, "scripts", { components: {} })
    expect(findings.map(({ location, subject }) => `${location?.line} ${subject}`)).toEqual([
      "2 no [code a]",
      "9 no [code a] #2",
    ])
  })

  test("is given files that need arguments of their own with these, apart, and each once", () => {
    const files = { "a.sh": "1", lib: "2", "z.sh": "3" }
    const shown = `console.log(JSON.stringify(process.argv.slice(1)))`
    const { code, read } = run("apart", files, {
      ...{ args: ["-e", shown, "all"], apart: [{ args: ["of-sh"], files: ["lib"] }] },
    })
    expect(code).toBe(0)
    expect([1, 2].map((index) => read(`report-${index}.txt`))).toEqual([
      ["all", "./a.sh", "./z.sh"],
      ["all", "of-sh", "./lib"],
    ])
    expect(read("looked.json").batches.map((one: { files: string[] }) => one.files)).toEqual([
      ["a.sh", "z.sh"],
      ["lib"],
    ])
  })

  test.each([
    ["an exit code that is a judgement, and no report", { args: ["-e", linter, "2"] }, "it fell over"],
    ["another exit code", { args: ["-e", linter, "0"], judged: [1] }, "ended with exit code 0"],
    ["a file that is not there", { files: ["gone.sh"] }, "gone.sh"],
    ["no version", { version: { args: ["-e", "0"], pattern: "linter (\\S+)" } }, "does not say its version"],
  ] as const)("fails with the reason, and leaves nothing that could be read: %s", (name, request, why) => {
    const { code, said, read } = run(name.replaceAll(" ", "-"), { "a.sh": "echo\n" }, request)
    expect(code).toBe(1)
    expect(said).toContain(why)
    expect(() => read("looked.json")).toThrow("ENOENT")
  })
})

test.each([
  ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', undefined],
  ['{"a":"{\\"a\\":1,\\"a\\":2}"}', undefined],
  ['{"a":1,"a":2}', '"a"'],
  ['[{"x":{"file":1,"line":2,"file":3}}]', '"file"'],
])("%s has twice: %s", (text, key) => {
  expect(repeatedKey(text)).toBe(key)
})
