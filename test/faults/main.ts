/**
 * Kills while the demo runs, at moments and victims that a seed decides, and runs it again each time.
 *   npm run faults -- --demo-kills 10 --seed 7
 *   npm run faults -- --demo-kills 10 --seed 7 --skip 4     goes on where an earlier call was stopped
 * Ends with 0 when every run after a kill ended green. Writes out/faults/demo-kills.json after each, and the log of
 * every run beside it.
 */
import { spawn } from "node:child_process"
import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { misuse } from "../../bin/bootstrap/arguments.mjs"
import { findDaemon } from "../../toolchain/daemon.ts"
import { paths } from "../../toolchain/paths.ts"
import { exitCode } from "../../toolchain/steps/index.ts"
import { random } from "../runner/random.ts"

const root = resolve(import.meta.dirname, "../..")
const victims = ["cli", "engine", "demo"] as const
type Victim = (typeof victims)[number]

const results = join(root, "out/faults")

interface Kill {
  /** Counted from 1 in the seed's order. */
  readonly number: number
  readonly victim: Victim
  readonly afterSeconds: number
  /** Processes that were really killed; none when the demo had ended before. */
  readonly killed: readonly number[]
  /** Exit code of the run that came after. */
  readonly again: number
  readonly againSeconds: number
}

async function main(): Promise<number> {
  const problem = misuse("faults", process.argv.slice(2))
  if (problem) {
    process.stderr.write(`${problem}\n`)
    return exitCode.usage
  }
  const { values } = parseArgs({
    options: {
      "demo-kills": { type: "string", default: "10" },
      seed: { type: "string", default: String(Date.now() % 100_000) },
      skip: { type: "string", default: "0" },
      /** Seconds within which the moments lie: how long a demo takes here. */
      within: { type: "string", default: "300" },
    },
  })
  const seed = Number(values.seed)
  await mkdir(results, { recursive: true })
  const kills: Kill[] = []
  for (const planned of plan(seed, Number(values["demo-kills"]), Number(values.within))) {
    if (planned.number <= Number(values.skip)) continue
    const kill = await killOnce(planned)
    kills.push(kill)
    await writeFile(
      join(results, "demo-kills.json"),
      `${JSON.stringify({ schemaVersion: 1, seed, kills }, undefined, 2)}\n`,
    )
    process.stdout.write(`${words(kill)}\n`)
  }
  const green = kills.filter(isGreen).length
  process.stdout.write(`${green} passed, ${kills.length - green} failed\n`)
  return green === kills.length && kills.length > 0 ? 0 : 1
}

type Planned = Pick<Kill, "number" | "victim" | "afterSeconds">

function plan(seed: number, count: number, within: number): Planned[] {
  const next = random(seed)
  return Array.from({ length: count }, (_, index) => ({
    number: index + 1,
    victim: victims[Math.floor(next() * victims.length)] ?? "demo",
    afterSeconds: 5 + Math.floor(next() * within),
  }))
}

/** A run that nothing was killed in proves nothing. */
function isGreen(kill: Kill): boolean {
  return kill.killed.length > 0 && kill.again === 0
}

function words(kill: Kill): string {
  const head = `${kill.number}: ${kill.victim} after ${kill.afterSeconds} s (${kill.killed.length} processes)`
  const then = kill.again === 0 ? "green" : `exit ${kill.again}`
  return `${head}, then ${then} in ${Math.round(kill.againSeconds)} s${isGreen(kill) ? "" : "   FAILED"}`
}

async function killOnce(planned: Planned): Promise<Kill> {
  const first = await startDemo(`${planned.number}-killed.log`)
  await Promise.race([first.ended, sleep(planned.afterSeconds * 1000)])
  const killed = await killWhileRunning(planned.victim, first)
  await first.ended
  const started = performance.now()
  const again = await (await startDemo(`${planned.number}-again.log`)).ended
  return { ...planned, killed, again, againSeconds: (performance.now() - started) / 1000 }
}

interface Demo {
  readonly pid: number
  readonly ended: Promise<number>
  readonly running: () => boolean
}

async function startDemo(log: string): Promise<Demo> {
  const sink = await open(join(results, log), "w")
  const child = spawn(process.execPath, [join(root, "demo/main.ts")], {
    cwd: root,
    stdio: ["ignore", sink.fd, sink.fd],
  })
  const ended = new Promise<number>((done, fail) => {
    child.on("error", fail)
    child.on("exit", (code) => done(code ?? 137))
  })
  await sink.close()
  if (child.pid === undefined) throw new Error(`the demo could not be started, exit ${await ended}`)
  return { pid: child.pid, ended, running: () => child.exitCode === null && child.signalCode === null }
}

/** Between two commands there is no CLI to kill: waits for the next one. None when the demo ended before. */
async function killWhileRunning(victim: Victim, demo: Demo): Promise<number[]> {
  while (demo.running()) {
    const killed = (await choose(victim, demo.pid)).filter(sendKill)
    if (killed.length > 0) return killed
    await sleep(50)
  }
  return []
}

/** False for a process that has ended by itself in the meantime. */
function sendKill(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false
    throw error
  }
}

async function choose(victim: Victim, demo: number): Promise<number[]> {
  switch (victim) {
    case "demo":
      return [demo, ...(await descendants(demo))]
    case "cli":
      return named("dagger", await descendants(demo))
    case "engine":
      return enginePid()
  }
}

async function named(name: string, pids: readonly number[]): Promise<number[]> {
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, "utf8").catch(() => "")))
  return pids.filter((_, index) => names[index]?.trim() === name)
}

async function enginePid(): Promise<number[]> {
  const running = await findDaemon(join(paths.engine, "running.json"))
  return running === undefined ? [] : [running.pid]
}

/** Children, their children, and so on, as /proc tells it now. */
async function descendants(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => [])
  const found: number[] = []
  for (const task of tasks) {
    const text = await readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => "")
    for (const child of text
      .split(" ")
      .filter((one) => one !== "")
      .map(Number))
      found.push(child, ...(await descendants(child)))
  }
  return found
}

process.exitCode = await main()
