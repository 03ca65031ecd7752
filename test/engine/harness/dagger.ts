import { existsSync } from "node:fs"
import { realpath } from "node:fs/promises"
import { delimiter, dirname, join } from "node:path"
import { execa } from "execa"
import { engineAddress } from "../../../toolchain/engine/index.ts"

/** What a command line ended with. */
export interface Outcome {
  /** The exit code as a shell sees it: 128 + number for a signal. */
  readonly code: number
  readonly stdout: string
  /** Without colours. */
  readonly stderr: string
  readonly seconds: number
}

export interface CallOptions {
  /** Default: the current directory. */
  readonly cwd?: string
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** Seconds until the CLI is killed and the outcome has code 137. Default: 120. */
  readonly timeout?: number
  /** Written to standard input, which is empty otherwise. */
  readonly input?: string
}

/** A command line that runs. */
export interface Running {
  readonly outcome: Promise<Outcome>
  /** Sends a signal to the CLI alone, not to what it started. */
  signal(name: NodeJS.Signals): void
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

/** The environment of a user whose machine is set up: what is exported already wins over the toolchain's engine. */
function environment(added: CallOptions["env"]): NodeJS.ProcessEnv {
  const own = existsSync(engineAddress.replace("unix://", ""))
    ? { _EXPERIMENTAL_DAGGER_RUNNER_HOST: engineAddress }
    : {}
  const quiet = {
    DAGGER_PROGRESS: "plain",
    DAGGER_NO_NAG: "1",
    DAGGER_NO_UPDATE_CHECK: "1",
    DO_NOT_TRACK: "1",
  }
  return { ...own, ...quiet, ...process.env, ...added }
}

/** The directory of the CLI that the toolchain built, with `codegen` and the engine's other programs beside it. */
export async function toolchainBinaries(): Promise<string> {
  const named = process.env._EXPERIMENTAL_DAGGER_CLI_BIN
  const candidates = named
    ? [named]
    : (process.env.PATH ?? "").split(delimiter).map((path) => join(path, "dagger"))
  const cli = candidates.find((path) => existsSync(path))
  if (!cli) throw new Error("there is no `dagger` in the search path")
  return dirname(await realpath(cli))
}

/** Starts `dagger` with these arguments. */
export function startDagger(args: readonly string[], options: CallOptions = {}): Running {
  const started = performance.now()
  const env = environment(options.env)
  const child = execa(env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "dagger", args, {
    ...(options.cwd && { cwd: options.cwd }),
    ...{ env, extendEnv: false, input: options.input ?? "", reject: false, stripFinalNewline: false },
    ...{ timeout: (options.timeout ?? 120) * 1000, killSignal: "SIGKILL", forceKillAfterDelay: false },
  })
  const outcome = child.then(({ exitCode, signal, message, stdout, stderr }): Outcome => {
    if (exitCode === undefined && signal === undefined) throw new Error(message)
    return {
      code: exitCode ?? 128 + ((signal && signalNumbers[signal]) ?? 0),
      stdout,
      stderr: withoutColours(stderr),
      seconds: (performance.now() - started) / 1000,
    }
  })
  return { outcome, signal: (name) => child.kill(name) }
}

/** Runs `dagger` with these arguments to its end; a failing command is an outcome, not an error. */
export function dagger(args: readonly string[], options: CallOptions = {}): Promise<Outcome> {
  return startDagger(args, options).outcome
}

/**
 * Runs `dagger` where anything but success is a defect of the test's surroundings, and returns standard output.
 * @throws Error with the end of the CLI's log
 */
export async function daggerOutput(args: readonly string[], options: CallOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await dagger(args, options)
  if (code !== 0) throw new Error(`dagger ${args.join(" ")}: exit code ${code}\n${stderr.slice(-4000)}`)
  return stdout.trim()
}

/** The last thing that the CLI says: what it prints from its `Error:` line on, without the trace's address. */
export function finalError({ stderr }: Outcome): string {
  const at = stderr.lastIndexOf("\nError: ")
  return at < 0 ? "" : withoutTrace(stderr.slice(at + 1)).trim()
}

export const withoutTrace = (text: string): string => text.replace(/\s*\[traceparent:[^\]]*\]/g, "")

export const withoutColours = (text: string): string => text.replace(/\u001b\[[0-9;]*[a-zA-Z]/g, "")
