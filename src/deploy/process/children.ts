import { type ChildProcess, spawn } from "node:child_process"
import { longestTimerMs } from "../../domain/index.ts"
import {
  outputLimit,
  type ProcessOptions,
  type ProcessResult,
  type ProcessRunner,
  type RunAs,
} from "../../verify/index.ts"
import { cannotStart } from "./cannot-start.ts"
import { Tail } from "./tail.ts"
import { asTestsUser, testsUser } from "./tests-user.ts"

/** Of a program that goes on running, which may do so for hours: enough for how it began, or why it ended. */
const runningLimit = 64 * 1024

/** All that a child sees of the environment, PATH included, by whose rights it has. */
export type ChildEnvironments = Readonly<Record<RunAs, Readonly<Record<string, string>>>>

/**
 * The driver's children: helm, kubectl, k6. They get arguments as arrays, a small environment of their own, and end
 * when the driver ends. Those of the tests run as another user, or not at all. Without execa: each leads a process
 * group that is ended as a whole, and of its output no more is held than a limit.
 */
export class Children implements ProcessRunner {
  readonly #environments: ChildEnvironments
  readonly #running = new Map<ChildProcess, RunAs>()

  constructor(environments: ChildEnvironments) {
    this.#environments = environments
  }

  run(command: string, args: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
    const { signal, as } = options
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    let child: ChildProcess
    try {
      child = this.#spawn(command, args, options)
    } catch (cause) {
      return Promise.reject(cannotStart(command, cause, as))
    }
    let timedOut = false
    const limitMs = Math.min(options.timeoutMs, longestTimerMs)
    const timer = setTimeout(() => {
      timedOut = true
      kill(child, as)
    }, limitMs)
    const abort = () => kill(child, as)
    signal?.addEventListener("abort", abort, { once: true })
    child.stdin?.on("error", () => {
      // A child that ends before it has read its input says why by its exit code.
    })
    child.stdin?.end(options.input ?? "")
    return new Promise<ProcessResult>((resolve, reject) => {
      const stdout = collect(child.stdout, options.onStdout)
      const stderr = collect(child.stderr)
      child.on("error", (cause) => reject(cannotStart(command, cause, as)))
      child.on("close", (code) => {
        if (signal?.aborted === true) reject(signal.reason)
        else {
          const truncated = stdout.truncated() || stderr.truncated()
          resolve({ code, stdout: stdout.text(), stderr: stderr.text(), timedOut, truncated })
        }
      })
    }).finally(() => {
      clearTimeout(timer)
      signal?.removeEventListener("abort", abort)
      this.#running.delete(child)
    })
  }

  /** Starts a program that goes on running; it ends with `stop` or with the driver. */
  start(command: string, args: readonly string[]): RunningChild {
    const child = this.#spawn(command, args, {})
    child.stdin?.end()
    const output = new Tail(runningLimit)
    const listeners = new Set<() => void>()
    const heard = (chunk: Buffer) => {
      output.take(chunk)
      for (const listener of listeners) listener()
    }
    child.stdout?.on("data", heard)
    child.stderr?.on("data", heard)
    let ended = false
    const end = () => {
      ended = true
      this.#running.delete(child)
      for (const listener of listeners) listener()
    }
    child.on("error", (cause) => {
      output.take(Buffer.from(cause.message))
      end()
    })
    child.on("close", end)
    return {
      output: () => output.text(),
      ended: () => ended,
      onChange: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      stop: () => kill(child),
    }
  }

  /** Ends all of them at once; used when the driver ends, however it ends. */
  killAll(): void {
    for (const [child, as] of this.#running) kill(child, as)
  }

  #spawn(
    command: string,
    args: readonly string[],
    { as = "driver", cwd, env }: Pick<ProcessOptions, "as" | "cwd" | "env">,
  ): ChildProcess {
    const [program, line] = as === "tests" ? asTestsUser(command, args) : [command, args]
    const child = spawn(program, line, {
      env: { ...this.#environments[as], ...env },
      stdio: ["pipe", "pipe", "pipe"],
      // A group of its own: what it starts ends with it.
      ...(as === "tests" ? { ...testsUser, detached: true } : {}),
      ...(cwd === undefined ? {} : { cwd }),
    })
    this.#running.set(child, as)
    return child
  }
}

export interface RunningChild {
  /** The last of what it wrote. */
  output(): string
  ended(): boolean
  /** Calls back on output and at the end. Returns how to stop listening. */
  onChange(listener: () => void): () => void
  stop(): void
}

/** One of the tests has a group of its own, which ends with it. */
function kill(child: ChildProcess, as: RunAs = "driver"): void {
  if (as === "driver" || child.pid === undefined) {
    child.kill("SIGKILL")
    return
  }
  try {
    process.kill(-child.pid, "SIGKILL")
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error
  }
}

/** @param taken gets everything instead of it being collected. */
function collect(stream: NodeJS.ReadableStream | null, taken?: (chunk: Buffer) => void): Tail {
  const tail = new Tail(outputLimit)
  stream?.on("data", taken ?? ((chunk: Buffer) => tail.take(chunk)))
  return tail
}
