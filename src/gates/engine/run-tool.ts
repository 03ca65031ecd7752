/**
 * `node run-tool.ts JUDGED SECONDS OUT -- COMMAND ARGUMENT...`
 *
 * Runs a tool and succeeds only when it came to a judgement. The engine caches every exec that succeeds: a tool that
 * found something must succeed so that its findings can be read, and a tool that crashed must not. JUDGED lists the exit
 * codes that are judgements. OUT gets stdout.txt, stderr.txt and run.json with the exit code; what the tool itself
 * writes there stays. Anything else, also running for longer than SECONDS, fails with the last lines of the output.
 * One file without packages: it runs in the container of any tool that has Node.
 */
import { spawn } from "node:child_process"
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

export interface ToolRequest {
  readonly judged: readonly number[]
  readonly seconds: number
  readonly out: string
  readonly command: string
  readonly args: readonly string[]
  /** File that the tool reads as its standard input. Default: none. */
  readonly input?: string
}

interface Ending {
  readonly code: number | null
  readonly why: string
}

const lastLines = 25

function readRequest(args: readonly string[]): ToolRequest {
  const [judged = "", seconds = "", out = "", separator, command, ...rest] = args
  if (separator !== "--" || command === undefined)
    throw new Error("usage: run-tool.ts JUDGED SECONDS OUT -- COMMAND ARGUMENT...")
  return { judged: judged.split(",").map(Number), seconds: Number(seconds), out, command, args: rest }
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
  const { code, why } = await run(request)
  if (code !== null && request.judged.includes(code)) {
    writeFileSync(join(request.out, "run.json"), `${JSON.stringify({ exitCode: code })}\n`)
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
