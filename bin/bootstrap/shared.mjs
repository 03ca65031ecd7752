import { spawnSync } from "node:child_process"
import { createServer } from "node:net"
import { homedir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

export const root = resolve(import.meta.dirname, "..", "..")

/** toolchain/paths.ts says the same; this file cannot import TypeScript on Node 20. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "signalbox")

/** One sentence for a person, and the exit code: 13 usage or an unfit machine, 11 out of reach. */
export class BootstrapError extends Error {
  constructor(message, exitCode) {
    super(message)
    this.exitCode = exitCode
  }
}

export const say = (text) => process.stderr.write(`▸ ${text}\n`)

/** Runs a command to its end; its output is shown only when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 << 20, ...options })
  if (result.status === 0) return result.stdout
  const output = `${result.stdout ?? ""}${result.stderr ?? ""}`.trim().split("\n").slice(-15).join("\n")
  const reason = result.error?.message ?? result.signal ?? `exit status ${result.status}`
  throw new BootstrapError(`${command} ${args.join(" ")}: ${reason}\n${output}`, 11)
}

/**
 * Runs `work` while holding a machine-wide lock: a bound socket in Linux's abstract namespace, which the kernel
 * takes back however its holder ends. Other systems have no such sockets and go without the lock.
 */
export async function locked(name, work) {
  if (process.platform !== "linux") return work()
  for (;;) {
    const server = await bind(`\0signalbox:${name}`)
    if (server) {
      try {
        return await work()
      } finally {
        server.close()
      }
    }
    await sleep(200)
  }
}

function bind(path) {
  return new Promise((done, fail) => {
    const server = createServer((socket) => socket.end(`process ${process.pid}`))
    server.on("error", (error) => (error.code === "EADDRINUSE" ? done(undefined) : fail(error)))
    server.listen({ path }, () => done(server))
  })
}
