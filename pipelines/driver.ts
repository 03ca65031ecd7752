import { type Directory, dag } from "@dagger.io/dagger"
import type { ClusterAccess, Outcome, ProgramRun, Session } from "../src/call/index.ts"
import {
  accessTo,
  CallEnded,
  kubeconfigFile,
  privateDirectory,
  runProgram,
  serverAddress,
  withAccess,
} from "../src/call/index.ts"
import { type EnvironmentConfig, namesLoadProfile } from "../src/config/index.ts"
import type { DriverCommand, DriverRequestInput } from "../src/deploy/index.ts"
import type { Duration, Ledger, ReleaseRecord, ScanStatement } from "../src/domain/index.ts"
import type { Envelope } from "../src/evidence/index.ts"
import { runnerRoot, usedTool } from "../src/toolbox/index.ts"

/** Where the driver writes its evidence: readable like any directory, because calls export it. */
const out = `${privateDirectory}/out`

/** What a command needs beyond the environment and the caller. */
export type DriverInput = Partial<
  Omit<DriverRequestInput, "schemaVersion" | "project" | "environment" | "record" | "promotion" | "scan">
> & {
  readonly record?: ReleaseRecord
  readonly scan?: ScanStatement | null
  readonly promotion?: {
    readonly from: string
    readonly ledger: Ledger | null
    readonly cluster: string | null
    readonly verificationTtl: Duration
    readonly statements: readonly Envelope[]
  } | null
}

/**
 * Runs the driver once against an environment, on every call, also with equal arguments. It is a single exec, so that
 * the driver and the processes that it started end together.
 * @param bundle chart/, values/, smoke.yaml and load.js of the release in question.
 */
export async function drive(
  session: Session,
  command: DriverCommand,
  environment: EnvironmentConfig,
  access: ClusterAccess,
  input: DriverInput,
  bundle?: Directory,
): Promise<ProgramRun> {
  const reached = await accessTo(session, environment, access)
  const server = await serverAddress(reached)
  const request = JSON.stringify({ ...(await requestFor(session, environment)), server, ...input })
  const inputFiles = (bundle ?? dag.directory()).withNewFile("request.json", request)
  const root = (await session.runner())
    // Only root can start the tests' programs as another user, whatever user the Node image has.
    .withUser("0:0")
    .withDirectory("/", dag.directory().withNewDirectory(privateDirectory.slice(1), { permissions: 0o700 }))
  const container = withAccess(root, reached).withMountedDirectory(`${privateDirectory}/input`, inputFiles)
  const options = ["--input", `${privateDirectory}/input/request.json`, "--kubeconfig", kubeconfigFile]
  return runProgram(session, {
    name: "the driver",
    where: `environment ${environment.name}`,
    next: "call again: the next run finishes the operation, or rolls back to the last verified release",
    container,
    command: [`${runnerRoot}/src/deploy/driver/main.ts`, command, ...options],
    out,
  })
}

/** The same; a driver that fails ends the call. @throws CallEnded with the driver's exit code and message. */
export async function driveOrThrow(...args: Parameters<typeof drive>): Promise<ProgramRun> {
  const run = await drive(...args)
  if (run.error !== null) throw new CallEnded(toOutcome(run))
  return run
}

/** The part of a request that is equal for all commands: project, environment, who acts, when, and the operation's id. */
async function requestFor(session: Session, environment: EnvironmentConfig) {
  const [config, toolbox] = await Promise.all([session.config(), session.toolbox()])
  const id = operationId(session)
  const used = (["helm", "kubectl", "k6", "node"] as const).map((name) => usedTool(toolbox, name))
  const tools = await Promise.all(used)
  // A component without a health path gets no health check, neither in the default smoke test nor before a load test.
  const components = Object.entries(config.components).flatMap(([name, { port, health }]) =>
    health === undefined ? [] : [[name, { port, health }] as const],
  )
  return {
    schemaVersion: 1 as const,
    project: config.project,
    environment,
    loadAsked: namesLoadProfile((await session.checkedEnvironment(environment.name)).source),
    components: Object.fromEntries(components),
    holder: { who: session.inputs.actor ?? "dagger call", id },
    operation: id,
    date: session.now.toISOString(),
    sources: { chart: config.chart.path, values: config.chart.values },
    tools: Object.fromEntries(
      tools.map(({ name, version, image }) => [
        name,
        image === undefined || image === "unresolved" ? `${version}, its digest is not known` : image,
      ]),
    ),
  }
}

/** Ids sort by time; the random part keeps two calls of the same second apart. */
export function operationId(session: Session): string {
  const time = session.now.toISOString().replace(/\D/g, "").slice(0, 14)
  return `${time}-${session.id.replaceAll("-", "").slice(0, 8)}`
}

/** The key under which an operation's evidence is stored. */
export function operationKey(environment: string, operation: string): string {
  return `${environment}-${operation}`
}

/** The call's outcome where the driver's run decides it. */
export function toOutcome({ exitCode, stdout, stderr }: ProgramRun): Outcome {
  return { exitCode, stdout, stderr }
}
