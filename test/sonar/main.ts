/**
 * `npm run gates:sonar`: the gate with a real SonarQube and a real scanner, as processes of this machine. It needs Java 17, 3 GiB
 * of memory and no engine; what it is built from comes from Maven Central once.
 *   [--home DIR] [--scanner DIR]   distributions that are unpacked already
 *   [--running ADDRESS]            a fresh server that runs already: it is set up
 *   [--process PID]                process of that server: it is killed in the middle of the last analysis. Default: it goes on
 *   [--token-file FILE]            where the token of the server that was set up is kept, or was: then it is not set up again
 *   [--only ABOUT]                 one case, by the prefix of its recordings
 *   [--record]                     writes the server's answers to test/recorded/sonarqube
 * Writes out/test/sonar.json, and ends with 1 where a case has failed.
 */
import { randomBytes } from "node:crypto"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { parseArgs } from "node:util"
import type { QualityRequest } from "../../src/gates/quality/answers.ts"
import { openSealed } from "../../src/gates/quality/server.ts"
import { defaultConditions } from "../../src/gates/quality/settings.ts"
import { type Case, cases, filesWith, type Ground, lastCases, starting } from "./cases.ts"
import { prepare } from "./gate.ts"
import { Recorder } from "./recorder.ts"
import { type RunningServer, runningServer, startServer } from "./server.ts"

const root = join(import.meta.dirname, "..", "..")
const text = { type: "string" } as const
const options = {
  ...{ home: text, scanner: text, running: text, process: text, "token-file": text, only: text },
  record: { type: "boolean", default: false },
} as const
type Options = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"]

interface Result {
  readonly name: string
  readonly state: "passed" | "failed"
  readonly seconds: number
  readonly detail: string
}

const results: Result[] = []

async function judge({ name, about, run }: Case, ground: Ground): Promise<void> {
  ground.recorder.about = about
  const started = performance.now()
  const note = (state: Result["state"], detail: string) => {
    const seconds = Math.round((performance.now() - started) / 100) / 10
    results.push({ name, state, seconds, detail })
    const sign = state === "passed" ? "✓" : "✗"
    console.log(`${sign} ${name} (${seconds} s)\n    ${detail.replaceAll("\n", "\n    ")}`)
  }
  try {
    note("passed", await run(ground))
  } catch (error) {
    note("failed", error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options })
  const place = mkdtempSync(join(tmpdir(), "sonar-"))
  // The server runs as nobody, and its directories are below.
  chmodSync(place, 0o711)
  const distributions = await found(values)
  const server =
    values.running === undefined
      ? await startServer(distributions.home, join(place, "server"))
      : runningServer(values.running, values.process === undefined ? undefined : Number(values.process))
  const recordings = values.record ? join(root, "test", "recorded", "sonarqube") : undefined
  try {
    await using recorder = await Recorder.before(server.address, recordings)
    const machine = { place, scanner: join(distributions.scanner, "bin", "sonar-scanner") }
    await proveAll(server, recorder, machine, values)
  } finally {
    await server.stop()
    rmSync(place, { recursive: true, force: true })
  }
  const failed = results.filter(({ state }) => state === "failed").length
  mkdirSync(join(root, "out", "test"), { recursive: true })
  const report = `${JSON.stringify({ failed, cases: results }, undefined, 2)}\n`
  writeFileSync(join(root, "out", "test", "sonar.json"), report)
  console.log(`${results.length - failed} passed, ${failed} failed`)
  return failed === 0 && results.length > 0 ? 0 : 1
}

async function proveAll(
  server: RunningServer,
  recorder: Recorder,
  machine: Ground["machine"],
  { only, "token-file": tokenFile }: Options,
): Promise<void> {
  const request: QualityRequest = {
    ...{ server: recorder.address, project: "shop", qualityGate: null, analysedAs: null },
    conditions: [...defaultConditions, { metric: "coverage", lessThan: 50 }],
    ...{ waitMs: 1_800_000, wait: "30m" },
  }
  const input = join(import.meta.dirname, "fixtures")
  const ground = { request, token: "", machine, input, recorder, kill: server.kill }
  const chosen = (all: readonly Case[]) => all.filter(({ about }) => only === undefined || about === only)
  if ((await firstStatus(server)) !== "UP") await judge(starting, ground)
  const token = await tokenOf(ground, tokenFile)
  for (const one of chosen(cases)) await judge(one, { ...ground, token })
  await judge(nothingLeft(token, machine.place), ground)
  if (server.kill === undefined) return
  for (const one of chosen(lastCases)) await judge(one, { ...ground, token })
}

/** Sets the server up as a call does that has started it. */
async function tokenOf({ request, input, machine, recorder }: Ground, tokenFile?: string): Promise<string> {
  recorder.about = "setup"
  if (tokenFile !== undefined && existsSync(tokenFile)) {
    const kept = readFileSync(tokenFile, "utf8")
    recorder.hide(kept)
    return kept
  }
  const key = randomBytes(32).toString("hex")
  const password = `Aa1!${randomBytes(12).toString("hex")}`
  recorder.hide(password)
  const secrets = { SIGNALBOX_PASSWORD: password, SIGNALBOX_SEAL: key }
  const own = await prepare(request, join(input, "sound"), secrets, machine)
  const token = openSealed(own.sealedToken ?? "", key)
  recorder.hide(token)
  if (tokenFile !== undefined) writeFileSync(tokenFile, token, { mode: 0o600 })
  return token
}

function nothingLeft(token: string, place: string): Case {
  return {
    name: "the token stands in no file that the steps have left",
    about: "left",
    run: async () => {
      const files = readdirSync(place, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(place, "server")))
        .map((entry) => join(entry.parentPath, entry.name))
      const having = filesWith(token, files)
      if (having.length > 0) throw new Error(having.join("\n"))
      return `${files.length} files`
    },
  }
}

/** Its first answer, whatever it is. */
async function firstStatus(server: RunningServer): Promise<string> {
  const end = performance.now() + 1_800_000
  while (performance.now() < end) {
    const status = await server.status()
    if (status !== undefined) return status
    await pause(500)
  }
  throw new Error("the server has not answered within 30 minutes")
}

async function found({ home, scanner, running }: Options): Promise<{ home: string; scanner: string }> {
  if (scanner !== undefined && (home !== undefined || running !== undefined))
    return { home: home ?? "", scanner }
  const { sonarqube } = await import("../../toolchain/index.ts")
  const { home: fetched, scanner: fetchedScanner } = await sonarqube()
  return { home: home ?? fetched, scanner: scanner ?? fetchedScanner }
}

process.exitCode = await main()
