import { spawn } from "node:child_process"
import { childrenOf, signal } from "../toolchain-support/machine.ts"
import { toolPath } from "./tools.ts"

const main = new URL("../../../src/deploy/driver/main.ts", import.meta.url).pathname

/** A running driver. Like in the engine's exec, it and its children share a PID namespace and die together. */
export interface DriverProcess {
  readonly end: Promise<{ code: number | null; stdout: string; stderr: string; seconds: number }>
  /** SIGKILL, to it and everything it started. */
  kill(): void
  /** SIGSTOP to it and everything it started, as a machine that is suspended. */
  freeze(): void
  thaw(): void
  /** SIGTERM to the driver itself. */
  terminate(): void
}

export function startDriver(args: readonly string[]): DriverProcess {
  const started = performance.now()
  const child = spawn("unshare", ["--pid", "--fork", "--kill-child=KILL", process.execPath, main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: toolPath, NODE_NO_WARNINGS: "1" },
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk))
  const end = new Promise<{ code: number | null; stdout: string; stderr: string; seconds: number }>(
    (resolve, reject) => {
      child.on("error", reject)
      child.on("close", (code) =>
        resolve({
          code,
          stdout: Buffer.concat(stdout).toString(),
          stderr: Buffer.concat(stderr).toString(),
          seconds: (performance.now() - started) / 1000,
        }),
      )
    },
  )
  return {
    end,
    kill: () => child.kill("SIGKILL"),
    freeze: () => signalTree(child.pid, "SIGSTOP"),
    thaw: () => signalTree(child.pid, "SIGCONT"),
    terminate: () => {
      for (const driver of child.pid === undefined ? [] : childrenOf(child.pid)) signal(driver, "SIGTERM")
    },
  }
}

/** Children of children too, found anew each time. */
function signalTree(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return
  for (const child of childrenOf(pid)) signalTree(child, name)
  signal(pid, name)
}
