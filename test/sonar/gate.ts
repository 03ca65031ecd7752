/** The steps of the gate as `run.ts` takes them, by processes of this machine instead of the engine's execs. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { programErrorSchema } from "../../src/call/program-error.ts"
import { errorOfProgram, type GateResult } from "../../src/domain/index.ts"
import { concludeGate } from "../../src/gates/engine/judgement.ts"
import {
  type Judged,
  judgedSchema,
  type Prepared,
  preparedSchema,
  type QualityRequest,
} from "../../src/gates/quality/answers.ts"
import { judgeQuality } from "../../src/gates/quality/decide.ts"
import { type QualityOutput, readOutput } from "../../src/gates/quality/read.ts"
import { type HandedOver, scanProperties } from "../../src/gates/quality/scan.ts"
import type { ScanEnd } from "../../src/gates/quality/scanner-log.ts"

const program = join(import.meta.dirname, "..", "..", "src", "gates", "quality", "server", "main.ts")

export interface Machine {
  /** Path of the program sonar-scanner. */
  readonly scanner: string
  /** Directory for files of the steps. */
  readonly place: string
  readonly handedOver?: HandedOver
  /** Does something while the scanner runs, such as ending it. */
  readonly meanwhile?: (scanner: ChildProcess) => Promise<void>
  /** Says that the call is about a branch, to the scanner alone. */
  readonly branch?: string
}

type Secrets = Readonly<Record<string, string>>
let steps = 0

async function ask(
  command: string,
  request: QualityRequest,
  args: readonly string[],
  secrets: Secrets,
  place: string,
): Promise<unknown> {
  steps += 1
  const out = join(place, `step-${steps}`)
  mkdirSync(out, { recursive: true })
  const file = join(out, "request.json")
  writeFileSync(file, JSON.stringify(request))
  // Not by spawnSync: what it asks passes through this process.
  const child = spawn(process.execPath, [program, command, "--request", file, ...args, "--out", out], {
    ...{ env: { PATH: process.env.PATH ?? "", ...secrets }, stdio: ["ignore", "inherit", "pipe"] },
  })
  const { status, log } = await endOf(child)
  if (status === 0) return JSON.parse(readFileSync(join(out, "answer.json"), "utf8")) as unknown
  const error = join(out, "error.json")
  if (!existsSync(error)) throw new Error(`the program died: ${log}`)
  throw errorOfProgram(programErrorSchema.parse(JSON.parse(readFileSync(error, "utf8"))))
}

/** A process that has ended: its exit code as a shell tells it, and what it printed. */
async function endOf(child: ChildProcess): Promise<{ readonly status: number; readonly log: string }> {
  let log = ""
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      log += String(chunk)
    })
  const status = await new Promise<number>((done) =>
    child.once("close", (code, signal) => done(code ?? (signal === "SIGKILL" ? 137 : 1))),
  )
  return { status, log }
}

export async function prepare(
  request: QualityRequest,
  tree: string,
  secrets: Secrets,
  { place }: Machine,
): Promise<Prepared> {
  return preparedSchema.parse(await ask("prepare", request, ["--tree", tree], secrets, place))
}

async function judge(
  request: QualityRequest,
  report: string,
  token: string,
  { place }: Machine,
): Promise<Judged> {
  return judgedSchema.parse(await ask("judge", request, ["--report", report], { SONAR_TOKEN: token }, place))
}

/** What the steps before the last one have left, and how to go on: the server may be asked more than once. */
export interface Sent {
  readonly found: Partial<QualityOutput>
  /** What the scanner wrote about the analysis that it sent; undefined where it sent none. */
  readonly report: string | undefined
}

/** Asks whether the server can judge, and has the tree scanned. */
export async function sendTree(
  request: QualityRequest,
  tree: string,
  token: string,
  machine: Machine,
): Promise<Sent> {
  let found: Partial<QualityOutput> = {}
  try {
    found = {
      prepared: await prepare({ ...request, conditions: null }, tree, { SONAR_TOKEN: token }, machine),
    }
    const { end, report } = await scan(request, tree, token, machine)
    return { found: { ...found, scan: end }, report }
  } catch (thrown) {
    return { found: { ...found, failed: whyOf(thrown) }, report: undefined }
  }
}

/** Waits for the server, and says what follows. */
export async function judgeSent(
  request: QualityRequest,
  { found, report }: Sent,
  token: string,
  machine: Machine,
): Promise<GateResult> {
  let all = found
  try {
    if (report !== undefined) all = { ...found, judged: await judge(request, report, token, machine) }
  } catch (thrown) {
    all = { ...found, failed: whyOf(thrown) }
  }
  const about = {
    ...{ tools: [], server: request.server, project: request.project },
    ...{ exclude: [], notHandedOver: [], namesBranch: request.analysedAs !== null },
  }
  const judgement = judgeQuality(readOutput({ ...about, ...all }))
  const gate = { name: "quality", title: "", kind: "quality", required: true, skipped: [] } as const
  return concludeGate(gate, judgement, [], "2026-03-01").result
}

const whyOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

/** Options for the Java of a scanner are the machine's: on a busy one, a compiler that takes less. */
function passedOn(): Secrets {
  const names = ["PATH", "SONAR_SCANNER_OPTS", "SONAR_SCANNER_JAVA_OPTS"]
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}

async function scan(
  request: QualityRequest,
  tree: string,
  token: string,
  { scanner, place, meanwhile, branch, handedOver = { lcov: [], tests: [], testFiles: [] } }: Machine,
): Promise<{ readonly end: ScanEnd; readonly report: string | undefined }> {
  steps += 1
  const work = join(place, `scan-${steps}`)
  mkdirSync(work, { recursive: true })
  const settings = join(work, "scan.properties")
  const { server, project } = request
  const places = { source: tree, work, home: join(place, "scanner") }
  writeFileSync(
    settings,
    scanProperties({
      ...{ server, project, exclude: [], isOwn: true, handedOver, places },
      ...(branch === undefined ? { edition: "community" } : { edition: "developer", analysedAs: { branch } }),
    }),
  )
  const child = spawn(scanner, [`-Dproject.settings=${settings}`], {
    ...{ cwd: work, stdio: ["ignore", "pipe", "pipe"] },
    env: { ...passedOn(), HOME: work, SONAR_TOKEN: token, SONAR_USER_HOME: places.home },
  })
  const ended = endOf(child)
  await meanwhile?.(child)
  const { status: exitCode, log } = await ended
  const report = join(work, "report-task.txt")
  return { end: { exitCode, log }, report: exitCode === 0 && existsSync(report) ? report : undefined }
}
