/**
 * Kills while the demo runs, at moments and victims that a seed decides, and runs it again each time.
 *   npm run faults -- --demo-kills 10 --seed 7
 * Ends with 0 when every run after a kill ended green. Writes out/faults/demo-kills.json.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { paths } from "../../toolchain/paths.ts"
import { random } from "../runner/random.ts"

const root = resolve(import.meta.dirname, "../..")
const victims = ["cli", "engine", "demo"] as const
type Victim = (typeof victims)[number]

interface Kill {
  readonly victim: Victim
  readonly afterSeconds: number
  /** Processes that were really killed; none when the demo had ended before. */
  readonly killed: readonly number[]
  /** Exit code of the run that came after. */
  readonly again: number
  readonly againSeconds: number
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      "demo-kills": { type: "string", default: "10" },
      seed: { type: "string", default: String(Date.now() % 100_000) },
      /** Seconds within which the moments lie: how long a demo takes here. */
      within: { type: "string", default: "300" },
    },
  })
  const next = random(Number(values.seed))
  const kills: Kill[] = []
  for (let count = 0; count < Number(values["demo-kills"]); count++) {
    const victim = victims[Math.floor(next() * victims.length)] ?? "demo"
    const afterSeconds = 5 + Math.floor(next() * Number(values.within))
    const kill = await killOnce(victim, afterSeconds)
    kills.push(kill)
    const said = kill.again === 0 ? "green" : `exit ${kill.again}`
    process.stdout.write(
      `${count + 1}: ${victim} after ${afterSeconds} s, then ${said} in ${Math.round(kill.againSeconds)} s\n`,
    )
  }
  const green = kills.filter((kill) => kill.again === 0).length
  await mkdir(join(root, "out/faults"), { recursive: true })
  const result = { schemaVersion: 1, seed: Number(values.seed), kills }
  await writeFile(join(root, "out/faults/demo-kills.json"), `${JSON.stringify(result, undefined, 2)}\n`)
  process.stdout.write(`${green} passed, ${kills.length - green} failed\n`)
  return green === kills.length && kills.length > 0 ? 0 : 1
}

async function killOnce(victim: Victim, afterSeconds: number): Promise<Kill> {
  const first = startDemo()
  const ended = exitOf(first)
  const finished = await Promise.race([ended.then(() => true), sleep(afterSeconds * 1000).then(() => false)])
  const killed = finished || first.pid === undefined ? [] : await kill(victim, first.pid)
  await ended
  const started = performance.now()
  const again = await exitOf(startDemo())
  return { victim, afterSeconds, killed, again, againSeconds: (performance.now() - started) / 1000 }
}

function startDemo(): ChildProcess {
  return spawn(process.execPath, [join(root, "demo/main.ts")], { cwd: root, stdio: "ignore" })
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((done, fail) => {
    child.on("error", fail)
    child.on("exit", (code) => done(code ?? 137))
  })
}

async function kill(victim: Victim, demo: number): Promise<number[]> {
  const pids = await choose(victim, demo)
  for (const pid of pids) process.kill(pid, "SIGKILL")
  return pids
}

async function choose(victim: Victim, demo: number): Promise<number[]> {
  switch (victim) {
    case "demo":
      return [demo, ...(await descendants(demo))]
    case "cli":
      return descendants(demo)
    case "engine":
      return enginePid()
  }
}

async function enginePid(): Promise<number[]> {
  const running = JSON.parse(await readFile(join(paths.engine, "running.json"), "utf8")) as { pid: number }
  return [running.pid]
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
