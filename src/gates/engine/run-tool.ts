/**
 * `node run-tool.ts JUDGED SECONDS OUT [--unchanged=DIRECTORY] [--package=NAME] [--comments=REGEX]
 *   -- COMMAND ARGUMENT...`
 *
 * Runs a tool and succeeds only when it came to a judgement. The engine caches every exec that succeeds: a tool that
 * found something must succeed so that its findings can be read, and a tool that crashed must not. JUDGED lists the exit
 * codes that are judgements. OUT gets stdout.txt, stderr.txt and run.json with the exit code and the files of DIRECTORY
 * that the tool changed or removed; what the tool itself writes there stays. Anything else, also running for longer than SECONDS, fails with the last lines of the output.
 * One file without packages: it runs in the container of any tool that has Node.
 */
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"

export interface ToolRequest {
  readonly judged: readonly number[]
  readonly seconds: number
  readonly out: string
  readonly command: string
  readonly args: readonly string[]
  /** File that the tool reads as its standard input. Default: none. */
  readonly input?: string
  /** Directory whose files the tool judges, and must not change before it does. Default: none. */
  readonly unchanged?: string
  /** Regular expression of lines in the files of `unchanged` that switch the tool off; they are written down. Default: none. */
  readonly comments?: string
  /** npm package of the tool, whose installed version is written down. Default: none. */
  readonly package?: string
}

interface Ending {
  readonly code: number | null
  readonly why: string
}

const lastLines = 25

function readRequest(args: readonly string[]): ToolRequest {
  const [judged = "", seconds = "", out = "", ...more] = args
  const end = Math.max(more.indexOf("--"), 0)
  const [separator, command, ...rest] = more.slice(end)
  const options = more.slice(0, end).map((option) => /^--(unchanged|package|comments)=(.+)$/.exec(option))
  if (separator !== "--" || command === undefined || options.includes(null))
    throw new Error(
      "usage: run-tool.ts JUDGED SECONDS OUT [--unchanged=DIRECTORY] [--package=NAME] [--comments=REGEX] -- COMMAND ARGUMENT...",
    )
  return {
    ...{ judged: judged.split(",").map(Number), seconds: Number(seconds), out, command, args: rest },
    ...Object.fromEntries(options.map((option) => [option?.[1], option?.[2]])),
  }
}

/** Version of an npm package as Node finds it from the working directory, also above it; undefined where it is not there. */
function installedVersion(name: string, directory = process.cwd()): string | undefined {
  const manifest = join(directory, "node_modules", name, "package.json")
  if (!existsSync(manifest))
    return dirname(directory) === directory ? undefined : installedVersion(name, dirname(directory))
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version?: unknown }
  return typeof version === "string" ? version : undefined
}

/** SHA-256 of each file, and of where each link leads, by path below a directory. Installed packages are left out. */
export function fingerprints(
  directory: string,
  isWanted: (path: string) => boolean = () => true,
  below = "",
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const entry of readdirSync(join(directory, below), { withFileTypes: true })) {
    const path = join(below, entry.name)
    if (entry.isDirectory()) {
      if (["node_modules", ".git"].includes(entry.name)) continue
      for (const [file, of] of fingerprints(directory, isWanted, path)) found.set(file, of)
    } else if ((entry.isFile() || entry.isSymbolicLink()) && isWanted(path)) {
      const file = join(directory, path)
      found.set(path, entry.isFile() ? fingerprintOf(file) : `-> ${readlinkSync(file)}`)
    }
  }
  return found
}

function fingerprintOf(file: string): string {
  const hash = createHash("sha256")
  const buffer = Buffer.alloc(1 << 20)
  const handle = openSync(file, "r")
  try {
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer))
      hash.update(buffer.subarray(0, read))
  } finally {
    closeSync(handle)
  }
  return hash.digest("hex")
}

/** Loaded when it is needed: it is a file of its own, which not every container of a tool has. */
async function commentsIn({ unchanged, comments }: ToolRequest, files: ReadonlyMap<string, string>) {
  if (unchanged === undefined || comments === undefined) return {}
  const { findComments } = await import("./find-comments.ts")
  const plain = [...files].flatMap(([file, of]) => (of.startsWith("->") ? [] : [file]))
  return { comments: findComments(unchanged, plain, comments) }
}

/** Files that were there before, and are other ones now or gone. New files are none: tools write caches and reports. */
export function changedFiles(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...before].flatMap(([path, of]) => (after.get(path) === of ? [] : [path])).sort()
}

function run(request: ToolRequest): Promise<Ending> {
  const [stdout, stderr] = ["stdout.txt", "stderr.txt"].map((name) => openSync(join(request.out, name), "w"))
  const stdin = request.input === undefined ? undefined : openSync(request.input, "r")
  return new Promise<Ending>((resolve) => {
    // A group of its own, so that a time-out also ends what the tool has started.
    const stdio = [stdin ?? "ignore", stdout, stderr] as const
    const child = spawn(request.command, request.args, { stdio: [...stdio], detached: true })
    const timer = setTimeout(() => {
      resolve({ code: null, why: `did not end within ${request.seconds} s` })
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
    }, request.seconds * 1000)
    child.on("error", (error) => resolve({ code: null, why: `could not be started: ${error.message}` }))
    child.on("close", (code, signal) => {
      clearTimeout(timer)
      resolve({ code, why: signal === null ? `ended with exit code ${code}` : `was ended by ${signal}` })
    })
  }).finally(() => {
    for (const handle of [stdin, stdout, stderr]) if (handle !== undefined) closeSync(handle)
  })
}

/** 0 when the tool came to a judgement; otherwise 1, with its last words on stderr. */
export async function runTool(request: ToolRequest): Promise<number> {
  mkdirSync(request.out, { recursive: true })
  const { unchanged } = request
  const before: ReadonlyMap<string, string> = unchanged === undefined ? new Map() : fingerprints(unchanged)
  const comments = await commentsIn(request, before)
  // Before the tool runs: afterwards, the package could have been exchanged.
  const version = request.package === undefined ? undefined : installedVersion(request.package)
  const { code, why } = await run(request)
  if (code !== null && request.judged.includes(code)) {
    const changed = unchanged === undefined ? [] : changedFiles(before, fingerprints(unchanged))
    const result = { exitCode: code, ...(changed.length === 0 ? {} : { changed }), version, ...comments }
    writeFileSync(join(request.out, "run.json"), `${JSON.stringify(result)}\n`)
    return 0
  }
  const said = ["stdout.txt", "stderr.txt"]
    .map((name) => readFileSync(join(request.out, name), "utf8"))
    .join("")
  const end = said.trimEnd().split("\n").slice(-lastLines).join("\n")
  process.stderr.write(`${[request.command, ...request.args].join(" ")} ${why}\n${end}\n`)
  return 1
}

if (import.meta.main) process.exit(await runTool(readRequest(process.argv.slice(2))))
