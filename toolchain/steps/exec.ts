import { setTimeout as sleep } from "node:timers/promises"
import { CommandError } from "./errors.ts"
import type { ExecOptions } from "./step.ts"

/** The leader of a process group. */
interface Child {
  readonly pid?: number | undefined
}

const running = new Set<Child>()
const storedStderr = 4096
/** Limit of a command's output; a command that prints more is ended. */
const mostOutput = 1 << 29

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
export async function execute(
  command: string,
  args: readonly string[],
  { cwd, env = {}, input = "", quiet = false, onLine }: RunOptions = {},
): Promise<string> {
  // Most calls of the toolchain find everything up to date, and start nothing.
  const { execa } = await import("execa")
  const child = execa("setpriv", ["--pdeathsig", "KILL", "--", command, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    ...{ env, input, detached: true, reject: false, stripFinalNewline: false, maxBuffer: mostOutput },
  })
  running.add(child)
  const streams = onLine === undefined ? [] : quiet ? (["stderr"] as const) : (["stdout", "stderr"] as const)
  const reporting = streams.map((from) => reportLines(child.iterable({ from }), onLine))
  const { failed, exitCode = null, signal, shortMessage = "", stdout, stderr } = await child
  await Promise.all(reporting)
  running.delete(child)
  if (!failed) return stdout
  const end = stderr.slice(-storedStderr)
  const never = exitCode === null && signal === undefined
  throw new CommandError(command, exitCode, never ? shortMessage : endedBy(exitCode, signal, end), end)
}

/** Ignores an output that ends early: the command's exit is reported by `execute`. */
async function reportLines(lines: AsyncIterable<string>, onLine: RunOptions["onLine"]): Promise<void> {
  try {
    for await (const line of lines) onLine?.(line)
  } catch {}
}

function endedBy(status: number | null, signal: string | undefined, stderr: string): string {
  if (signal) return `ended by ${signal}`
  if (status === 127 && stderr.startsWith("setpriv: failed to execute")) return "is not installed"
  const last = stderr.trimEnd().split("\n").at(-1) ?? ""
  return `exit status ${status}${last ? `: ${last}` : ""}`
}

/** Ends every running child with everything it started: SIGTERM, and SIGKILL after two seconds. */
export async function stopChildren(): Promise<void> {
  const children = [...running]
  for (const child of children) signalGroup(child, "SIGTERM")
  const deadline = Date.now() + 2000
  while (running.size > 0 && Date.now() < deadline) await sleep(20)
  for (const child of children) signalGroup(child, "SIGKILL")
}

function signalGroup(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}
