import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, existsSync, openSync, renameSync, statSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { Component } from "./components.ts"

const shortestDelayMs = 500
const longestDelayMs = 30_000
/** A component that ran for this long was well; its next end is the first of a new row. */
const wellAfterMs = 60_000
const largestLog = 32 * 1024 * 1024

/**
 * Keeps components running: one that ends is started again, after a longer and longer pause if it ends again and
 * again. They find by themselves what they depend on once it is back, so nothing is restarted along with it.
 */
export class Supervisor {
  readonly #logs: string
  readonly #log: (line: string) => void
  readonly #running = new Map<string, ChildProcess>()
  readonly #delays = new Map<string, number>()
  #stopping = false

  constructor(logs: string, log: (line: string) => void) {
    this.#logs = logs
    this.#log = log
  }

  start(component: Component): void {
    const started = Date.now()
    const output = this.#openLog(component.name)
    const child = spawn(component.command, [...component.args], {
      stdio: ["ignore", output, output],
      // Nothing else: this program's own environment holds a token, and settings of whoever started it.
      env: { PATH: process.env.PATH ?? "" },
    })
    closeSync(output)
    this.#running.set(component.name, child)
    const ended = (how: string): void => {
      if (this.#running.get(component.name) !== child) return
      this.#running.delete(component.name)
      if (!this.#stopping) this.#restart(component, how, Date.now() - started)
    }
    child.once("error", (error) => ended(error.message))
    child.once("exit", (status, signal) => ended(signal ?? `status ${status}`))
  }

  /** Ends every component: those named first get time to write down what they hold, the others have no state. */
  async stop(gently: readonly string[], patienceMs: number): Promise<void> {
    this.#stopping = true
    for (const [name, child] of this.#running) child.kill(gently.includes(name) ? "SIGTERM" : "SIGKILL")
    const deadline = Date.now() + patienceMs
    while (this.#running.size > 0 && Date.now() < deadline) await sleep(10)
    for (const child of this.#running.values()) child.kill("SIGKILL")
  }

  #restart(component: Component, how: string, ranMs: number): void {
    const { name } = component
    const delay = ranMs > wellAfterMs ? shortestDelayMs : (this.#delays.get(name) ?? shortestDelayMs)
    this.#delays.set(name, Math.min(delay * 2, longestDelayMs))
    this.#log(
      `${name} ended (${how}) after ${Math.round(ranMs / 1000)} s; it starts again in ${delay / 1000} s`,
    )
    setTimeout(() => {
      if (!this.#stopping) this.start(component)
    }, delay)
  }

  #openLog(name: string): number {
    const path = join(this.#logs, `${name}.log`)
    if (existsSync(path) && statSync(path).size > largestLog) renameSync(path, `${path}.1`)
    return openSync(path, "a", 0o600)
  }
}
