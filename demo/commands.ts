import { spawn } from "node:child_process"
import { createWriteStream } from "node:fs"
import { mkdir } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import type { CommandSummary } from "./summary.ts"

export interface Finished extends CommandSummary {
  readonly stdout: string
  /** Both streams as they came: the CLI shows what a failed call printed on stderr. */
  readonly output: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Directory of the demo's results. */
  readonly out: string
  /** Log file below `out`. */
  readonly log: string
  /** Milliseconds; the whole command is ended when it takes longer. */
  readonly timeoutMs: number
  /** Becomes true when there is nobody any more to do the work: the command is ended then. */
  readonly lost: (signal: AbortSignal) => Promise<boolean>
}

/** Runs one command line, keeps everything it prints in a log and its stdout for the next step. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Finished> {
  const log = join(options.out, options.log)
  await mkdir(dirname(log), { recursive: true })
  const sink = createWriteStream(log)
  const line = [command, ...args].map(quote).join(" ")
  sink.write(`$ ${line}\n`)
  const started = performance.now()
  const chunks: Buffer[] = []
  const all: Buffer[] = []
  const exitCode = await new Promise<number>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["ignore", "pipe", "pipe"],
    })
    const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs)
    const ended = new AbortController()
    options.lost(ended.signal).then((lost) => lost && child.kill("SIGKILL"), reject)
    child.stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk)
      all.push(chunk)
      sink.write(chunk)
    })
    child.stderr.on("data", (chunk: Buffer) => {
      all.push(chunk)
      sink.write(chunk)
    })
    child.on("error", reject)
    child.on("close", (code, signal) => {
      clearTimeout(timer)
      ended.abort()
      resolve(code ?? (signal === "SIGKILL" ? 137 : 143))
    })
  })
  await new Promise((resolve) => sink.end(resolve))
  const seconds = (performance.now() - started) / 1000
  return {
    line,
    exitCode,
    log: relative(options.out, log),
    seconds,
    stdout: text(chunks),
    output: text(all),
  }
}

function text(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8")
}

/** An argument as a POSIX shell would take it. */
export function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`
}
