import { execFile } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, test } from "vitest"
import { compareTrees } from "../../../src/gates/engine/compare-trees.ts"
import type { Check } from "../../../src/languages/index.ts"
import { checksOf } from "../../../src/languages/node/checks.ts"
import { npm } from "../../../src/languages/node/managers/npm.ts"

const directory = mkdtempSync(join(tmpdir(), "run-tool-"))
afterAll(() => rmSync(directory, { recursive: true }))
const program = (name: string) => fileURLToPath(new URL(`../../../src/gates/engine/${name}`, import.meta.url))

function node(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

const tool = (out: string, judged: string, seconds: string, script: string) =>
  node(program("run-tool.ts"), judged, seconds, join(directory, out), "--", process.execPath, "-e", script)
const read = (path: string) => readFileSync(join(directory, path), "utf8")

describe("run-tool", () => {
  test("a judged exit code succeeds and is written down with both outputs", async () => {
    const { code } = await tool(
      "found",
      "0,1",
      "30",
      "console.log('a finding');console.error('note');process.exit(1)",
    )
    expect(code).toBe(0)
    expect(JSON.parse(read("found/run.json"))).toEqual({ exitCode: 1 })
    expect([read("found/stdout.txt"), read("found/stderr.txt")]).toEqual(["a finding\n", "note\n"])
  })

  test("any other exit code fails, with the tool's last words", async () => {
    const { code, stderr } = await tool(
      "crash",
      "0,1",
      "30",
      "console.error('out of memory');process.exit(2)",
    )
    expect(code).toBe(1)
    expect(stderr).toContain("ended with exit code 2\nout of memory")
  })

  test("a signal, a time-out and a missing tool fail", async () => {
    expect((await tool("signal", "0", "30", "process.kill(process.pid,'SIGKILL')")).stderr).toContain(
      "was ended by SIGKILL",
    )
    expect((await tool("slow", "0", "0.3", "setTimeout(()=>{},60000)")).stderr).toContain(
      "did not end within 0.3 s",
    )
    const missing = await node(
      program("run-tool.ts"),
      "0",
      "30",
      join(directory, "gone"),
      "--",
      "no-such-tool-here",
    )
    expect(missing.stderr).toContain("could not be started")
  })

  test("a plan runs tools in order, feeds them files, and stops at the first without a judgement", async () => {
    writeFileSync(join(directory, "in"), "from a file")
    const step = (out: string, script: string, judged = [0]) => ({
      ...{ out: join(directory, out), judged, seconds: 30, command: [process.execPath, "-e", script] },
    })
    const plan = [
      { ...step("p1", "process.stdin.pipe(process.stdout)"), input: join(directory, "in") },
      step("p2", "process.exit(3)"),
      step("p3", ""),
    ]
    writeFileSync(join(directory, "plan.json"), JSON.stringify(plan))
    expect((await node(program("run-plan.ts"), join(directory, "plan.json"))).code).toBe(1)
    expect(read("p1/stdout.txt")).toBe("from a file")
    expect(() => read("p3/run.json")).toThrow()
  })
})

describe("X2 a command that changes what it judges", () => {
  const tree = (name: string) => {
    const path = join(directory, name)
    mkdirSync(join(path, "src"), { recursive: true })
    mkdirSync(join(path, "node_modules", "a"), { recursive: true })
    writeFileSync(join(path, "src", "a.ts"), "let a = 1\n")
    writeFileSync(join(path, "src", "b.ts"), "let b = 1\n")
    writeFileSync(join(path, "node_modules", "a", "index.js"), "1\n")
    symlinkSync("src/a.ts", join(path, "link"))
    return path
  }
  const changedBy = async (name: string, script: string) => {
    const path = tree(name)
    const out = join(directory, `${name}-out`)
    const command = ["0", "30", out, `--unchanged=${path}`, "--", process.execPath, "-e", script]
    expect((await node(program("run-tool.ts"), ...command, path)).code).toBe(0)
    return JSON.parse(read(`${name}-out/run.json`))
  }
  const act = (code: string) => `const fs=require("node:fs");process.chdir(process.argv[1]);${code}`

  test("X2 the files that it has changed or removed are told", async () => {
    const script = act('fs.writeFileSync("src/a.ts","const a = 1\\n");fs.rmSync("src/b.ts")')
    expect(await changedBy("fix", script)).toEqual({ exitCode: 0, changed: ["src/a.ts", "src/b.ts"] })
  })

  test("sibling of X2: a link that leads elsewhere, and a change of the same length and time", async () => {
    const script = act(
      'const {atime,mtime}=fs.statSync("src/b.ts");fs.writeFileSync("src/b.ts","let b = 2\\n");' +
        'fs.utimesSync("src/b.ts",atime,mtime);fs.rmSync("link");fs.symlinkSync("src/b.ts","link")',
    )
    expect(await changedBy("link", script)).toEqual({ exitCode: 0, changed: ["link", "src/b.ts"] })
  })

  test("new files, and files of packages, are caches and reports", async () => {
    const script = act(
      'fs.writeFileSync(".cache","1");fs.writeFileSync("node_modules/a/index.js","2");' +
        'fs.writeFileSync("src/a.ts",fs.readFileSync("src/a.ts"))',
    )
    expect(await changedBy("new", script)).toEqual({ exitCode: 0 })
  })

  test("attributes and comments in the tree that switch the tool off are told there, too", async () => {
    const [source, before, after] = ["told", "told-before", "told-after"].map((name) => tree(name))
    writeFileSync(join(source ?? "", "src", "lib.rs"), "fn a() {}\n#[allow(dead_code)]\nfn b() {}\n")
    writeFileSync(join(source ?? "", "notes.md"), "#[allow(dead_code)]\n")
    const pattern = "#\\[allow\\("
    const ran = await node(program("compare-trees.ts"), source ?? "", before ?? "", after ?? "", pattern)
    expect(JSON.parse(ran.stdout)).toEqual({
      changed: [],
      comments: [{ file: "src/lib.rs", line: 2, text: "#[allow(dead_code)]" }],
    })
  })

  test("sibling of X2: where nothing of ours runs beside the command, its directory is compared afterwards", async () => {
    const source = tree("source")
    const [before, after] = ["before", "after"].map((name) => join(directory, name, "deep"))
    for (const path of [before, after])
      cpSync(source, path ?? "", { recursive: true, verbatimSymlinks: true })
    const built = join(directory, "before", "a.ts")
    writeFileSync(built, "made by the build\n")
    writeFileSync(join(directory, "after", "a.ts"), "made again\n")
    writeFileSync(join(after ?? "", "src", "a.ts"), "const a = 1\n")
    const compare = () => compareTrees(source, join(directory, "before"), join(directory, "after"))
    expect(compare()).toEqual(["deep/src/a.ts"])
    rmSync(join(after ?? "", "src", "b.ts"))
    expect(compare()).toEqual(["deep/src/a.ts", "deep/src/b.ts"])
  })
})

test("V09 the version of a tool is the one of its installed package, read before it runs", async () => {
  const cwd = join(directory, "installed")
  mkdirSync(join(cwd, "node_modules", "tsc"), { recursive: true })
  writeFileSync(join(cwd, "node_modules", "tsc", "package.json"), '{"version":"6.0.3"}')
  const other = JSON.stringify({ version: "9.9.9" })
  const exchange = `require("fs").writeFileSync("node_modules/tsc/package.json", ${JSON.stringify(other)})`
  const run = (name: string, out: string) =>
    new Promise<void>((resolve) => {
      const args = [
        "0",
        "30",
        join(directory, out),
        `--package=${name}`,
        "--",
        process.execPath,
        "-e",
        exchange,
      ]
      execFile(process.execPath, [program("run-tool.ts"), ...args], { cwd }, () => resolve())
    })
  await run("tsc", "version")
  expect(JSON.parse(read("version/run.json"))).toEqual({ exitCode: 0, version: "6.0.3" })
  await run("eslint", "no-version")
  expect(JSON.parse(read("no-version/run.json"))).toEqual({ exitCode: 0 })
})

test("V09 comments that switch a tool off are written down with file and line", async () => {
  const path = join(directory, "comments")
  mkdirSync(join(path, "src"), { recursive: true })
  writeFileSync(
    join(path, "src", "a.ts"),
    "// @ts-nocheck\nconst a = 1\n  // @ts-ignore: old\n/* @ts-expect-error */ a()\n",
  )
  writeFileSync(join(path, "src", "b.ts"), 'const text = "@ts-ignore"\n/* v8 ignore next */\n')
  writeFileSync(join(path, "notes.md"), "// @ts-ignore\n")
  const { typecheck, unit } = checksOf(
    {
      ...{ names: ["tsconfig.json"], keys: [], node: "24", choosesFiles: false },
      scripts: { test: "vitest run" },
      version: () => "1.0.0",
      manager: npm,
    },
    { typecheck: "typecheck", lint: "lint", coverage: "coverage" },
  )
  const found = async (check: object, out: string) => {
    const comments = "tool" in check ? (check as Check).tool.comments : undefined
    const args = ["0", "30", join(directory, out), `--unchanged=${path}`, `--comments=${comments}`]
    expect((await node(program("run-tool.ts"), ...args, "--", process.execPath, "-e", "")).code).toBe(0)
    return JSON.parse(read(`${out}/run.json`)).comments
  }
  expect(await found(typecheck, "types")).toEqual([
    { file: "src/a.ts", line: 1, text: "// @ts-nocheck" },
    { file: "src/a.ts", line: 3, text: "// @ts-ignore: old" },
    { file: "src/a.ts", line: 4, text: "/* @ts-expect-error */ a()" },
  ])
  expect(await found(unit, "ignored")).toEqual([{ file: "src/b.ts", line: 2, text: "/* v8 ignore next */" }])
})
