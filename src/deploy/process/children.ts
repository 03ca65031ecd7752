import { type ChildProcess, spawn } from "node:child_process"
import { SignalboxError } from "../../domain/index.ts"
import type { ProcessOptions, ProcessResult, ProcessRunner } from "../../verify/index.ts"

const outputLimit = 16 * 1024 * 1024

/**
 * The driver's children: helm, kubectl, k6. They get arguments as arrays, a small environment of their own, and end
 * when the driver ends.
 */
export class Children implements ProcessRunner {
  readonly #environment: Readonly<Record<string, string>>
  readonly #running = new Set<ChildProcess>()

  /** @param environment all that a child sees of the environment, PATH included. */
  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment
  }

  run(command: string, args: readonly string[], options: ProcessOptions): Promise<ProcessResult> {
    const { signal } = options
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    const child = this.#spawn(command, args, options)
    let timedOut = false
    const timer = setTimeout(() => {
      timedOut = true
      child.kill("SIGKILL")
    }, options.timeoutMs)
    const abort = () => child.kill("SIGKILL")
    signal?.addEventListener("abort", abort, { once: true })
    child.stdin?.on("error", () => {
      // A child that ends before it has read its input says why by its exit code.
    })
    child.stdin?.end(options.input ?? "")
    return new Promise<ProcessResult>((resolve, reject) => {
      const stdout = collect(child.stdout)
      const stderr = collect(child.stderr)
      child.on("error", (cause) => reject(cannotStart(command, cause)))
      child.on("close", (code) => {
        if (signal?.aborted === true) reject(signal.reason)
        else resolve({ code, stdout: stdout(), stderr: stderr(), timedOut })
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
    const output: string[] = []
    const listeners = new Set<() => void>()
    const heard = (chunk: Buffer) => {
      output.push(chunk.toString("utf8"))
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
      output.push(cause.message)
      end()
    })
    child.on("close", end)
    return {
      output: () => output.join(""),
      ended: () => ended,
      onChange: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      stop: () => {
        child.kill("SIGKILL")
      },
    }
  }

  /** Ends all of them at once; used when the driver ends, however it ends. */
  killAll(): void {
    for (const child of this.#running) child.kill("SIGKILL")
  }

  #spawn(
    command: string,
    args: readonly string[],
    options: Pick<ProcessOptions, "cwd" | "env">,
  ): ChildProcess {
    const child = spawn(command, args, {
      env: { ...this.#environment, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    this.#running.add(child)
    return child
  }
}

export interface RunningChild {
  output(): string
  ended(): boolean
  /** Calls back on output and at the end. Returns how to stop listening. */
  onChange(listener: () => void): () => void
  stop(): void
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = []
  let size = 0
  stream?.on("data", (chunk: Buffer) => {
    size += chunk.length
    if (size <= outputLimit) chunks.push(chunk)
  })
  return () => Buffer.concat(chunks).toString("utf8")
}

function cannotStart(command: string, cause: Error): SignalboxError {
  return new SignalboxError(
    "TOOL_FAILED",
    {
      what: `${command} cannot be started`,
      why: cause.message,
      next: "the driver needs helm, kubectl and k6 in its PATH: run it in the runner image",
    },
    { cause },
  )
}
