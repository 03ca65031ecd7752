import { mkdir, writeFile } from "node:fs/promises"
import { dirname, join, relative } from "node:path"
import { execa } from "execa"
import type { CommandSummary } from "./summary.ts"

export interface Finished extends CommandSummary {
  readonly stdout: string
  /** stdout and stderr interleaved: the CLI prints a failed call's output on stderr. */
  readonly output: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Directory of the demo's results. */
  readonly out: string
  /** Log file below `out`. */
  readonly log: string
  /** Milliseconds after which the command is killed. */
  readonly timeoutMs: number
  /** Resolves to true when the engine is gone: the command is killed then. */
  readonly lost: (signal: AbortSignal) => Promise<boolean>
}

/** Runs one command line and logs its output. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<Finished> {
  const log = join(options.out, options.log)
  await mkdir(dirname(log), { recursive: true })
  const line = [command, ...args].map(quote).join(" ")
  await writeFile(log, `$ ${line}\n`)
  const started = performance.now()
  const kept = ["pipe", { file: log, append: true }] as const
  const child = execa(command, args, {
    ...{
      cwd: options.cwd,
      env: options.env,
      extendEnv: false,
      timeout: options.timeoutMs,
      killSignal: "SIGKILL",
    },
    ...{ stdin: "ignore", stdout: kept, stderr: kept, all: true, reject: false, stripFinalNewline: false },
  })
  const ended = new AbortController()
  const looksAfter = options.lost(ended.signal).then((lost) => lost && child.kill("SIGKILL"))
  const [{ exitCode, signal, message, stdout, all }] = await Promise.all([
    child.finally(() => ended.abort()),
    looksAfter,
  ])
  if (exitCode === undefined && signal === undefined) throw new Error(message)
  return {
    ...{ line, stdout, log: relative(options.out, log), seconds: (performance.now() - started) / 1000 },
    exitCode: exitCode ?? (signal === "SIGKILL" ? 137 : 143),
    output: all,
  }
}

/**
 * Whether Dagger's CLI failed only when it closed its session, after the call itself had ended (0.21.7 on a busy machine:
 * `close dagger session: … context deadline exceeded`): its exit code 1 then says nothing about the call.
 */
export function endedLate({ exitCode, output }: Pick<Finished, "exitCode" | "output">): boolean {
  return exitCode === 1 && /^.*close dagger session: .*deadline exceeded/m.test(output)
}

/** An argument quoted for a POSIX shell. */
export function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`
}
