import { spawn } from "node:child_process"
import { delimiter, dirname } from "node:path"
import { root } from "./shared.mjs"

const signals = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]

/** Runs a program under the given Node as if it had been started itself: same streams, signals and exit code. */
export function launch(node, args) {
  const child = spawn(node, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
  })
  for (const signal of signals) {
    process.on(signal, () => {
      // Ctrl-C reaches the whole foreground group: passing it on would make two of one.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal)
    })
  }
  return new Promise((done, fail) => {
    child.on("error", fail)
    child.on("exit", (code, signal) => {
      for (const name of signals) process.removeAllListeners(name)
      if (signal) process.kill(process.pid, signal)
      process.exitCode = code ?? 1
      done()
    })
  })
}
