/**
 * `node at-localhost.ts HOST=NAME:PORT… -- COMMAND ARGUMENT…` runs a command with services at ports of this machine, by forward.ts
 * beside this file, and ends as the command does. Where a port is not passed on any more it ends with 70: the command has then said
 * nothing about the services.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const notForwarded = 70
const notStarted = 127
const wasEnded = 137

interface Request {
  readonly ports: readonly string[]
  readonly command: string
  readonly args: readonly string[]
}

export function requested(args: readonly string[]): Request {
  const end = args.indexOf("--")
  const [command, ...rest] = args.slice(end + 1)
  if (end < 1 || command === undefined)
    throw new Error("usage: at-localhost.ts HOST=NAME:PORT… -- COMMAND ARGUMENT…")
  return { ports: args.slice(0, end), command, args: rest }
}

/** How a program ended: its exit code, as shells have it where it was ended, or could not be started. */
function codeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on("error", (error) => {
      process.stderr.write(`${error.message}\n`)
      resolve(notStarted)
    })
    child.on("close", (code) => resolve(code ?? wasEnded))
  })
}

/** Waits until it has said of each port that it is passed on. */
function listening(forwarder: ChildProcess, ports: number): Promise<undefined> {
  return new Promise((resolve) => {
    let lines = 0
    forwarder.stdout?.on("data", (data: Buffer) => {
      lines += data.toString("utf8").split("\n").length - 1
      if (lines >= ports) resolve(undefined)
    })
  })
}

async function run({ ports, command, args }: Request): Promise<number> {
  const program = fileURLToPath(new URL("./forward.ts", import.meta.url))
  const forwarder = spawn(process.execPath, [program, ...ports], { stdio: ["ignore", "pipe", "inherit"] })
  const stopped = codeOf(forwarder).then((code) => {
    process.stderr.write(`the services are not at their ports any more: forward.ts ended with ${code}\n`)
    return notForwarded
  })
  const early = await Promise.race([listening(forwarder, ports.length), stopped])
  if (early !== undefined) return early
  const child = spawn(command, [...args], { stdio: "inherit" })
  const code = await Promise.race([codeOf(child), stopped])
  child.kill("SIGKILL")
  forwarder.kill("SIGKILL")
  return code
}

if (import.meta.main) process.exit(await run(requested(process.argv.slice(2))))
