import { existsSync } from "node:fs"
import { cpus } from "node:os"
import { join } from "node:path"
import { execa } from "execa"
import pLimit from "p-limit"
import { misuse } from "./bootstrap/arguments.mjs"

/** One thing that is checked; the name is what its summary line says. */
interface Check {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

const root = join(import.meta.dirname, "..")
const bin = (name: string): string => join(root, "node_modules", ".bin", name)
const sources = ["src", "pipelines", "toolchain", "demo", "bench", "bin", "test"].filter((directory) =>
  existsSync(join(root, directory)),
)

const known = (name: string): string => join(root, "node_modules", ".cache", name)
const typesKnown = known("types.tsbuildinfo")

/** The slowest first, so that they overlap. */
const checks: readonly Check[] = [
  { name: "unit tests", command: process.execPath, args: ["test/run.ts", "--tier", "unit"] },
  // What it knew of unchanged files is kept with the packages, whose types they were checked against.
  {
    name: "types",
    command: bin("tsc"),
    args: ["--project", ".", "--noEmit", "--pretty", "--incremental", "--tsBuildInfoFile", typesKnown],
  },
  {
    name: "dead code",
    command: bin("knip"),
    args: ["--no-progress", "--no-config-hints", "--cache", "--cache-location", known("knip")],
  },
  {
    name: "import rules",
    command: bin("depcruise"),
    args: [
      ...["--output-type", "err", "--cache", known("dependency-cruiser"), "--cache-strategy", "content"],
      ...sources,
    ],
  },
  {
    name: "lint",
    command: bin("biome"),
    args: ["lint", "--error-on-warnings", "--colors=off", "--max-diagnostics=20"],
  },
  { name: "format", command: bin("biome"), args: ["format", "--colors=off", "--max-diagnostics=20"] },
]

interface Result {
  readonly ok: boolean
  readonly output: string
}

async function run({ command, args }: Check): Promise<Result> {
  const done = await execa(command, args, { cwd: root, stdin: "ignore", all: true, reject: false })
  // What could not be started has said nothing itself.
  return { ok: !done.failed, output: done.exitCode === undefined ? `${done.message}\n` : done.all }
}

/** Runs as many at once as there are cores; prints each one's line when it ends, and what it found if it failed. */
async function main(): Promise<boolean> {
  const results = await pLimit(cpus().length).map(checks, async (check) => {
    const started = Date.now()
    const { ok, output } = await run(check)
    const seconds = ((Date.now() - started) / 1000).toFixed(1)
    process.stdout.write(`${ok ? "✓" : "✗"} ${check.name.padEnd(14)} ${seconds} s\n`)
    if (!ok) process.stdout.write(`${output}\n`)
    return ok
  })
  return results.every((ok) => ok)
}

const problem = misuse("check", process.argv.slice(2))
if (problem) {
  process.stderr.write(`${problem}\n`)
  process.exit(13)
}
const started = Date.now()
const ok = await main()
process.stdout.write(
  `${ok ? "✓ Everything holds" : "✗ See above"} (${((Date.now() - started) / 1000).toFixed(0)} s)\n`,
)
process.exitCode = ok ? 0 : 1
