import { spawn } from "node:child_process"
import { closeSync, mkdirSync, openSync, renameSync } from "node:fs"
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { lastLines, ToolchainError } from "./steps/index.ts"

/** A process that outlives the command that started it, as remembered in a state file. */
export interface Daemon {
  readonly pid: number
  /** Clock ticks since boot at which it started: tells it from a later process with the same pid. */
  readonly startTime: string
  /** Tells it from a process before a reboot. */
  readonly boot: string
  /** What it was started with; another identity means that it has to be started anew. */
  readonly identity: string
}

export interface DaemonOptions {
  /** Names the log and appears in messages. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly identity: string
  readonly stateFile: string
  /** Directory of the log; the log of the run before is kept as `<name>.before.log`. */
  readonly logs: string
  /** Whether it answers. */
  ready(): Promise<boolean>
  /** Milliseconds to wait for the first answer; default 30 s. */
  readonly timeout?: number
}

/** The daemon that a state file names, if it still runs. */
export async function findDaemon(stateFile: string): Promise<Daemon | undefined> {
  const text = await readFile(stateFile, "utf8").catch(() => "")
  const daemon = parse(text)
  if (!daemon || daemon.boot !== (await bootId())) return undefined
  return (await startTimeOf(daemon.pid)) === daemon.startTime ? daemon : undefined
}

function parse(text: string): Daemon | undefined {
  try {
    return JSON.parse(text) as Daemon
  } catch {
    // Cut short by a kill while it was written: as good as no file.
    return undefined
  }
}

const bootId = async (): Promise<string> => (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim()

/** Start time of a living process in clock ticks since boot; undefined for one that is gone or a zombie. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")
  // The name, in parentheses, may itself hold spaces and parentheses; what follows the last one has fixed places.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return fields[0] === "Z" ? undefined : fields[19]
}

/**
 * Starts a process in a session of its own and waits until it answers.
 * @throws ToolchainError `SERVICE_START` with the end of its log when it ends or stays silent
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const logPath = join(options.logs, `${options.name}.log`)
  const log = rotate(logPath, join(options.logs, `${options.name}.before.log`))
  const child = spawn(options.command, options.args, {
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...process.env, ...options.env },
  })
  closeSync(log)
  let ended: string | undefined
  child.on("error", (error) => {
    ended = error.message
  })
  child.on("exit", (code, signal) => {
    ended = signal ? `ended by ${signal}` : `ended with ${code}`
  })
  const daemon = await remember(child.pid ?? 0, options)
  const deadline = Date.now() + (options.timeout ?? 30_000)
  while (!ended && Date.now() < deadline) {
    if (await options.ready()) {
      child.unref()
      return daemon
    }
    await sleep(30)
  }
  const tail = (await lastLines(logPath, 15)).join("\n")
  throw new ToolchainError(
    "SERVICE_START",
    `${options.name} did not start: ${ended ?? "no answer in time"}\n${tail}`,
    `Its whole log is ${logPath}. Run this again once the cause is gone; nothing has to be cleaned up by hand.`,
  )
}

function rotate(path: string, before: string): number {
  mkdirSync(dirname(path), { recursive: true })
  try {
    renameSync(path, before)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
  }
  return openSync(path, "w")
}

async function remember(pid: number, options: DaemonOptions): Promise<Daemon> {
  const startTime = (await startTimeOf(pid)) ?? ""
  const daemon = { pid, startTime, boot: await bootId(), identity: options.identity }
  await mkdir(dirname(options.stateFile), { recursive: true })
  await writeFile(`${options.stateFile}.new`, JSON.stringify(daemon))
  await rename(`${options.stateFile}.new`, options.stateFile)
  return daemon
}

/**
 * Stops a daemon: `terminate` asks it, SIGKILL follows after `patience` milliseconds. Returns when it is gone.
 * @param terminate default: SIGTERM to its process group
 */
export async function stopDaemon(
  stateFile: string,
  patience: number,
  terminate: (daemon: Daemon) => Promise<void> = async ({ pid }) => signalGroup(pid, "SIGTERM"),
): Promise<void> {
  const daemon = await findDaemon(stateFile)
  if (daemon) {
    await terminate(daemon)
    if (!(await goneWithin(daemon, patience))) signalGroup(daemon.pid, "SIGKILL")
    if (!(await goneWithin(daemon, 5000))) {
      throw new ToolchainError(
        "SERVICE_STOP",
        `Process ${daemon.pid} outlives SIGKILL.`,
        "It hangs in the kernel, mostly on a disk that does not answer; a reboot ends it.",
      )
    }
  }
  await rm(stateFile, { force: true })
}

async function goneWithin(daemon: Daemon, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience
  while ((await startTimeOf(daemon.pid)) === daemon.startTime) {
    if (Date.now() > deadline) return false
    await sleep(20)
  }
  return true
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error
  }
}
