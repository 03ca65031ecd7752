import { spawnSync } from "node:child_process"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { TreeLinter } from "../../src/gates/engine/tree-tool/exec.ts"
import type { TreeToolRequest } from "../../src/gates/engine/tree-tool/main.ts"

const root = join(import.meta.dirname, "../..")
const program = join(root, "src/gates/engine/tree-tool/main.ts")

interface LinterCase {
  readonly about: string
  readonly files: Readonly<Record<string, string | Buffer>>
  /** Differs from how the gate runs it. */
  readonly request?: Partial<TreeToolRequest>
  /** Directory of another version of the tool. */
  readonly version?: string
}

/**
 * Runs a linter as its gate does, and keeps what that leaves: `CASE/` holds the reports and looked.json, cases.json how each ended.
 * @param tools directory of the programs
 */
export function recordLinter(
  { tool, settings, ...linter }: TreeLinter,
  tools: string,
  cases: Readonly<Record<string, LinterCase>>,
): void {
  const target = join(root, "test/recorded", tool)
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const ended: Record<string, object> = {}
  for (const [name, { about, files, request, version }] of Object.entries(cases)) {
    const work = mkdtempSync(join(tmpdir(), "record-"))
    const write = (path: string, text: string | Buffer) => {
      mkdirSync(dirname(join(work, path)), { recursive: true })
      writeFileSync(join(work, path), text)
    }
    for (const [file, text] of Object.entries(files)) write(`tree/${file}`, text)
    mkdirSync(join(work, "tree"), { recursive: true })
    write("settings", settings?.text ?? "")
    const asked: TreeToolRequest = {
      ...{ ...linter, command: tool, seconds: 60, files: Object.keys(files).sort() },
      ...request,
    }
    const args = asked.args.map((arg) => (arg === settings?.path ? join(work, "settings") : arg))
    write("request.json", JSON.stringify({ ...asked, args }))
    mkdirSync(join(work, "out"))
    const path = `${version ?? tools}:${process.env.PATH}`
    const done = spawnSync(
      process.execPath,
      [program, join(work, "request.json"), join(work, "out"), join(work, "tree")],
      { encoding: "utf8", env: { PATH: path, HOME: "/nowhere", LANG: "C.UTF-8" } },
    )
    const stderr = done.stderr.replaceAll(work, "/workspace")
    ended[name] = { about, exitCode: done.status, files: asked.files, stderr }
    if (existsSync(join(work, "out", "looked.json"))) {
      cpSync(join(work, "out"), join(target, name), { recursive: true })
      inTree(join(target, name), join(work, "tree"))
    }
    rmSync(work, { recursive: true })
    console.log(`${tool} ${name}: exit ${done.status}`)
  }
  writeFileSync(join(target, "cases.json"), `${JSON.stringify({ tool, cases: ended }, null, 2)}\n`)
}

/** In the container of a gate, its files lie in /tree. */
function inTree(directory: string, tree: string): void {
  for (const name of readdirSync(directory)) {
    const text = readFileSync(join(directory, name), "utf8")
    if (text.includes(tree)) writeFileSync(join(directory, name), text.replaceAll(tree, "/tree"))
  }
}

/** The tree of a gate's corpus, by path. */
export function corpus(gate: string): Readonly<Record<string, string>> {
  const directory = join(root, "test/corpus", gate, "tree")
  const entries = readdirSync(directory, { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isFile(),
  )
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(directory.length + 1), readFileSync(path, "utf8")]
    }),
  )
}
