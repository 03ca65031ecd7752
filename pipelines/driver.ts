import { type Directory, dag } from "@dagger.io/dagger"
import type { ClusterAccess, Outcome, ProgramRun, Session } from "../src/call/index.ts"
import {
  accessTo,
  Ended,
  kubeconfigFile,
  privateDirectory,
  runProgram,
  serverAddress,
  withAccess,
} from "../src/call/index.ts"
import type { EnvironmentConfig } from "../src/config/index.ts"
import type { DriverCommand, DriverRequestInput } from "../src/deploy/index.ts"
import type { Duration, Ledger, ReleaseRecord } from "../src/domain/index.ts"
import { runnerRoot } from "../src/toolbox/index.ts"

const closed = privateDirectory.slice(1)
/** Where the driver puts what is kept; the directory itself is as open as any, for whoever exports it. */
const out = `${privateDirectory}/out`

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
): Promise<ProgramRun> {
  const reached = await accessTo(session, environment, access)
  const server = await serverAddress(reached)
  const request = JSON.stringify({ ...(await requestFor(session, environment)), server, ...question })
  const input = (bundle ?? dag.directory()).withNewFile("request.json", request)
  const root = (await session.runner())
    // Only root can run programs of the tests as somebody else, whatever user the image of Node has.
    .withUser("0:0")
    .withDirectory("/", dag.directory().withNewDirectory(closed, { permissions: 0o700 }))
  const container = withAccess(root, reached).withMountedDirectory(`${privateDirectory}/input`, input)
  const files = ["--input", `${privateDirectory}/input/request.json`, "--kubeconfig", kubeconfigFile]
  return runProgram(session, {
    name: "the driver",
    where: `environment ${environment.name}`,
    next: "call again: the next run finishes what was begun, or returns to what was verified",
    container,
    command: [`${runnerRoot}/src/deploy/driver/main.ts`, command, ...files],
    out,
  })
}

/** The same, where a driver that did not end with 0 ends the call. @throws Ended */
export async function driveOrEnd(...asked: Parameters<typeof drive>): Promise<ProgramRun> {
  const run = await drive(...asked)
  if (run.error !== null) throw new Ended(outcomeOf(run))
  return run
}

/** Who acts, when, and under which name the operation will be found again. */
async function requestFor(session: Session, environment: EnvironmentConfig) {
  const config = await session.config()
  const id = operationId(session)
  // What has no health path is not asked for it, neither by the smoke test that everybody gets nor before a load.
  const components = Object.entries(config.components).flatMap(([name, { port, health }]) =>
    health === undefined ? [] : [[name, { port, health }] as const],
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

/** A driver run as the end of a call. */
export function outcomeOf({ exitCode, stdout, stderr }: ProgramRun): Outcome {
  return { exitCode, stdout, stderr }
}
