import { type ChildProcess, spawn } from "node:child_process"
import { setTimeout as sleep } from "node:timers/promises"
import { CommandError } from "./errors.ts"
import type { ExecOptions } from "./step.ts"

const running = new Set<ChildProcess>()
const keptStderr = 4096

interface RunOptions extends ExecOptions {
  /** Called with each line of output as it comes. */
  readonly onLine?: (line: string) => void
}

/**
 * Runs a command to its end and returns its standard output.
 *
 * The child leads its own process group, so that `stopChildren` reaches everything it started, and gets SIGKILL
 * from the kernel when this process dies without a chance to clean up.
 * @throws CommandError when it cannot start or ends with anything but 0
 */
export function execute(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", command, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  })
  running.add(child)
  const stdout: Buffer[] = []
  let stderr = ""
  const outLines = lineSplitter(options.quiet ? undefined : options.onLine)
  const errLines = lineSplitter(options.onLine)
  child.stdout.on("data", (chunk: Buffer) => {
    stdout.push(chunk)
    outLines.push(chunk)
  })
  child.stderr.on("data", (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-keptStderr)
    errLines.push(chunk)
  })
  // A child that ends without reading its input is no error of ours: its exit status tells what happened.
  child.stdin.on("error", () => undefined)
  child.stdin.end(options.input ?? "")
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      running.delete(child)
      reject(new CommandError(command, null, error.message, stderr))
    })
    child.on("close", (status, signal) => {
      running.delete(child)
      outLines.end()
      errLines.end()
      if (status === 0) resolve(Buffer.concat(stdout).toString())
      else reject(new CommandError(command, status, endedBy(status, signal, stderr), stderr))
    })
  })
}

function endedBy(status: number | null, signal: string | null, stderr: string): string {
  if (signal) return `ended by ${signal}`
  if (status === 127 && stderr.startsWith("setpriv: failed to execute")) return "is not installed"
  const last = stderr.trimEnd().split("\n").at(-1) ?? ""
  return `exit status ${status}${last ? `: ${last}` : ""}`
}

function lineSplitter(onLine?: (line: string) => void): { push(chunk: Buffer): void; end(): void } {
  let rest = ""
  return {
    push(chunk) {
      if (!onLine) return
      const lines = (rest + chunk.toString()).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) onLine(line)
    },
    end() {
      if (rest) onLine?.(rest)
      rest = ""
    },
  }
}

/** Ends every running child with everything it started: SIGTERM, and SIGKILL after two seconds. */
export async function stopChildren(): Promise<void> {
  const children = [...running]
  for (const child of children) signalGroup(child, "SIGTERM")
  const deadline = Date.now() + 2000
  while (running.size > 0 && Date.now() < deadline) await sleep(20)
  for (const child of children) signalGroup(child, "SIGKILL")
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}
