import { type Directory, dag, ReturnType } from "@dagger.io/dagger"
import type { ClusterAccess, Outcome, Session } from "../src/call/index.ts"
import { accessTo, kubeconfigFile, privateDirectory, serverAddress, withAccess } from "../src/call/index.ts"
import type { EnvironmentConfig } from "../src/config/index.ts"
import type { DriverCommand, DriverRequestInput } from "../src/deploy/index.ts"
import {
  type Duration,
  ExitCode,
  type Ledger,
  type OperationReport,
  type ReleaseRecord,
  SignalboxError,
} from "../src/domain/index.ts"
import { effect, runnerRoot } from "../src/toolbox/index.ts"

const closed = privateDirectory.slice(1)
/** Where the driver puts what is kept; the directory itself is as open as any, for whoever exports it. */
const out = `${privateDirectory}/out`

/** What one run of the driver left behind. */
export interface DriverRun {
  readonly exitCode: ExitCode
  readonly stdout: string
  readonly stderr: string
  readonly out: Directory
}

/** What a command needs beyond the environment and the caller. */
export type DriverQuestion = Partial<
  Omit<DriverRequestInput, "schemaVersion" | "project" | "environment" | "record" | "promotion">
> & {
  readonly record?: ReleaseRecord
  readonly promotion?: {
    readonly from: string
    readonly ledger: Ledger | null
    readonly verificationTtl: Duration
  } | null
}

/**
 * Runs the driver once against an environment. It is one exec, so that it and what it started die together; it runs
 * on every call, also with equal arguments.
 * @param bundle chart/, values/, smoke.yaml and load.js of the release in question.
 */
export async function drive(
  session: Session,
  command: DriverCommand,
  environment: EnvironmentConfig,
  access: ClusterAccess,
  question: DriverQuestion,
  bundle?: Directory,
): Promise<DriverRun> {
  const reached = await accessTo(session, environment, access)
  const server = await serverAddress(reached)
  const request = JSON.stringify({ ...(await requestFor(session, environment)), server, ...question })
  const input = (bundle ?? dag.directory()).withNewFile("request.json", request)
  const root = (await session.runner())
    // Only root can run programs of the tests as somebody else, whatever user the image of Node has.
    .withUser("0:0")
    .withDirectory("/", dag.directory().withNewDirectory(closed, { permissions: 0o700 }))
  const container = withAccess(root, reached)
    .withMountedDirectory(`${privateDirectory}/input`, input)
    .withDirectory(out, dag.directory())
  const program = `${runnerRoot}/src/deploy/driver/main.ts`
  const line = [
    "node",
    program,
    command,
    "--input",
    `${privateDirectory}/input/request.json`,
    "--kubeconfig",
    kubeconfigFile,
    "--out",
    out,
  ]
  const done = await effect(container, session.nonce).withExec(line, { expect: ReturnType.Any }).sync()
  const [exitCode, stdout, stderr] = await Promise.all([done.exitCode(), done.stdout(), done.stderr()])
  return { ...endOf(environment.name, exitCode, stderr), stdout, out: done.directory(out) }
}

/**
 * How a run of the driver ended. A code that is none of ours is that of a driver which was killed or broke down: it
 * says nothing about the release, and must not be taken for a verdict or for the CLI's own code.
 */
export function endOf(
  environment: string,
  exitCode: number,
  stderr: string,
): Pick<DriverRun, "exitCode" | "stderr"> {
  const known = Object.values(ExitCode).find((one) => one === exitCode)
  if (known !== undefined) return { exitCode: known, stderr }
  const signal = exitCode > 128 ? `signal ${exitCode - 128}` : null
  const why = signal === null ? `it ended with ${exitCode}` : `it was ended by ${signal}`
  const { exitCode: code, message } = new SignalboxError("TOOL_FAILED", {
    what: "the driver died before it could say how it ended",
    where: `environment ${environment}`,
    why: exitCode === 137 ? `${why}: somebody killed it, or there was not enough memory` : why,
    next: "call again: the next run finishes what was begun, or returns to what was verified",
  })
  return { exitCode: code, stderr: `${message}\n${stderr}` }
}

/** Who acts, when, and under which name the operation will be found again. */
async function requestFor(session: Session, environment: EnvironmentConfig) {
  const config = await session.config()
  const id = operationId(session)
  const components = Object.entries(config.components).map(
    ([name, { port, health }]) => [name, { port, health }] as const,
  )
  return {
    schemaVersion: 1 as const,
    project: config.project,
    environment,
    components: Object.fromEntries(components),
    holder: { who: session.inputs.actor ?? "dagger call", id },
    operation: id,
    date: session.now.toISOString(),
  }
}

/** Sorts by time, and two calls in one second differ. */
export function operationId(session: Session): string {
  const time = session.now.toISOString().replace(/\D/g, "").slice(0, 14)
  return `${time}-${session.id.replaceAll("-", "").slice(0, 8)}`
}

/** The key under which an operation's evidence is kept. */
export function operationKey(environment: string, operation: string): string {
  return `${environment}-${operation}`
}

/** The report that the driver wrote; undefined when it died before it could write one. */
export async function readReport(run: DriverRun): Promise<OperationReport | undefined> {
  if (!(await run.out.entries()).includes("operation.json")) return undefined
  return JSON.parse(await run.out.file("operation.json").contents()) as OperationReport
}

/** A driver run as the end of a call. */
export function outcomeOf(run: DriverRun): Outcome {
  return { exitCode: run.exitCode, stdout: run.stdout, stderr: run.stderr }
}
