import { execa } from "execa"
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
  const child = execa("unshare", ["--pid", "--fork", "--kill-child=KILL", process.execPath, main, ...args], {
    ...{ env: { PATH: toolPath, NODE_NO_WARNINGS: "1" }, extendEnv: false, stdin: "ignore" },
    ...{ reject: false, stripFinalNewline: false, forceKillAfterDelay: false },
  })
  const end = child.then(({ exitCode, signal, message, stdout, stderr }) => {
    if (exitCode === undefined && signal === undefined) throw new Error(message)
    return { code: exitCode ?? null, stdout, stderr, seconds: (performance.now() - started) / 1000 }
  })
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
