import { misuse } from "../bin/bootstrap/arguments.mjs"
import { nearest } from "../bin/bootstrap/nearest.mjs"
import { renderReport } from "./render.ts"
import { type Report, writeReport } from "./report.ts"

const usage = `usage: npm run bench -- module|edit|build|gates|reports|adopt... [--rounds N] [--keep-cache]

  module         how long the module itself takes, against an empty module on the same runtime
  edit           what a developer waits for after one edit, against the bare tools
  build          the image of one component, against a plain Dockerfile by the same engine
  gates          all gates of the example, against the same tools one after the other; more components; and reports
  reports        what reports of 10 to 100,000 findings cost in time and memory; needs no engine
  adopt          how many values of one's own it takes until a first report, an image, and a deployment in staging
  --rounds N     pairs of measurements for each figure, at least 5 (default 5)
  --keep-cache   leave out what is measured on an engine without cache: it empties the cache
Results: out/bench/<name>.json; a missed goal is "ok": false there, and no failure of the command.
`

interface Options {
  readonly rounds: number
  readonly keepCache: boolean
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Loaded when it is asked for: a mistyped option is told before the Dagger SDK is read. */
const benches: Readonly<Record<string, (options: Options) => Promise<Report>>> = {
  module: async (options) => (await import("./module/index.ts")).benchModule({ ...options, say }),
  edit: async (options) => (await import("./edit/index.ts")).benchEdit({ ...options, say }),
  build: async (options) => (await import("./build/index.ts")).benchBuild({ ...options, say }),
  gates: async (options) => (await import("./gates/index.ts")).benchGates({ ...options, say }),
  reports: async (options) => (await import("./reports/index.ts")).benchReports({ ...options, say }),
  adopt: async () => (await import("./adopt/index.ts")).benchAdopt({ say }),
}

/** What needs no tools but the engine. */
const engineOnly = new Set(["module"])
/** What needs nothing of the toolchain. */
const withoutEngine = new Set(["reports"])

function parse(args: readonly string[]): { names: string[]; options: Options } | undefined {
  const names: string[] = []
  let rounds = 5
  let keepCache = false
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ""
    if (arg === "--keep-cache") keepCache = true
    else if (arg === "--rounds") rounds = Number(args[++index])
    else if (arg in benches) names.push(arg)
    else return undefined
  }
  return names.length > 0 && Number.isInteger(rounds) && rounds >= 5
    ? { names, options: { rounds, keepCache } }
    : undefined
}

/** The bootstrap knows the options; which benches there are is known here. */
function unknownBench(args: readonly string[]): string | undefined {
  const words = args.filter((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--rounds")
  const seen = words.find((word) => !Object.hasOwn(benches, word))
  if (seen === undefined) return undefined
  const name = nearest(seen, Object.keys(benches))
  return `there is no bench "${seen}"; ${name ? `did you mean ${name}?` : `say one of: ${Object.keys(benches).join(", ")}.`}`
}

const problem = misuse("bench", process.argv.slice(2)) ?? unknownBench(process.argv.slice(2))
const asked = problem ? undefined : parse(process.argv.slice(2))
if (!asked) {
  process.stderr.write(problem ? `${problem}\n` : usage)
  process.exitCode = 13
} else {
  const needing = asked.names.filter((name) => !withoutEngine.has(name))
  if (needing.length > 0) {
    const { up } = await import("../toolchain/index.ts")
    const { environment } = await up({ engineOnly: needing.every((name) => engineOnly.has(name)) })
    Object.assign(process.env, environment)
  }
  for (const name of asked.names) {
    const report = await benches[name]?.(asked.options)
    if (!report) continue
    const file = await writeReport(name, report)
    say(`\n${renderReport(report)}${file}`)
  }
}
