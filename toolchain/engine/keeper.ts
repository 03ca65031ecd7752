import { spawn } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import { readFile } from "node:fs/promises"
import type { EngineInstance } from "./instance.ts"
import { removeLeftovers } from "./leftovers.ts"
import { signalChild } from "./signal.ts"

/**
 * Holds an engine that has a network of its own, and removes what is left of it on the machine when it has ended, also
 * by SIGKILL: an engine for a test has no next `up` that would clear it. Ends with the engine's exit code.
 * usage: node keeper.ts FILE, of what `startInstance` writes
 */
export interface Kept {
  readonly instance: EngineInstance
  readonly command: string
  readonly args: readonly string[]
}

const { instance, command, args } = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as Kept

// The engine's first process connects its network with the machine's by it.
const machine = openSync("/proc/self/ns/net", "r")
const holder = spawn("setpriv", ["--pdeathsig", "KILL", "--", command, ...args], {
  stdio: ["ignore", "inherit", "inherit", machine],
})
closeSync(machine)

process.on("SIGTERM", () => {
  if (holder.pid !== undefined) void signalChild(holder.pid, "SIGTERM")
})
holder.on("error", (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
holder.on("exit", async (code) => {
  await removeLeftovers(instance)
  process.exit(code ?? 1)
})
