import { SignalboxError } from "../../domain/index.ts"
import { toolIdentity, whyFailed } from "../../toolbox/index.ts"
import type { GateContext, World } from "../gate.ts"
import { type Judged, judgedSchema, type Prepared, preparedSchema, type QualityRequest } from "./answers.ts"
import { gatherReports } from "./gather.ts"
import type { QualityOutput } from "./read.ts"
import { scan } from "./scanner.ts"
import { givenServer, type Server, startOwn, unsealed } from "./server.ts"
import { defaultConditions, type QualitySettings } from "./settings.ts"

const program = "/signalbox/src/gates/quality/server/main.ts"
const requestFile = "/in/request.json"
const next = "call again; if it happens again, report it with these lines"

/**
 * Asks the server, has the tree scanned, waits for the server's verdict. Once per call for the same settings: a tree that is
 * judged by two policies is sent once.
 */
export async function runQuality(
  context: GateContext,
  settings: QualitySettings | undefined,
): Promise<QualityOutput> {
  const { world } = context
  if (world === undefined || settings === undefined)
    throw new SignalboxError("INTERNAL", { what: "this call asks no server" })
  const tree = await context.source.digest()
  const key = JSON.stringify({ tree, settings, project: context.config.project })
  return world.once(key, () => runOnce(context, world, settings))
}

async function runOnce(
  context: GateContext,
  world: World,
  settings: QualitySettings,
): Promise<QualityOutput> {
  const project = settings.project ?? context.config.project
  const isOwn = settings.server === undefined
  const about = {
    ...{ project, server: isOwn ? null : trimmed(settings.server) },
    tools: [toolIdentity(context.toolbox, "sonarScanner")],
    ...{ exclude: settings.exclude, namesBranch: world.analysedAs !== undefined, notHandedOver: [] },
  }
  let found: Partial<QualityOutput> = {}
  try {
    const server = await (isOwn
      ? startOwn(context.toolbox, world)
      : givenServer(trimmed(settings.server), world))
    const request = requestOf(settings, server, project, world)
    // The tests run while the server starts.
    const [prepared, reports] = await Promise.all([
      prepare(context, world, server, request),
      gatherReports(context),
    ])
    const { sealedToken, ...toTell } = prepared
    found = { prepared: toTell, notHandedOver: reports.missing }
    const token = sealedToken === undefined ? server.token : unsealed(sealedToken, server, world)
    const { end, report } = await scan(context, world, {
      ...{ settings, server: { ...server, token }, project, reports, edition: prepared.edition },
    })
    found = { ...found, scan: end }
    if (report === undefined) return { ...about, ...found, ...reportless(end.exitCode) }
    const judged = await judge(world, { ...server, token }, request, report)
    return { ...about, ...found, judged }
  } catch (thrown) {
    return { ...about, ...found, failed: whyFailed(thrown) }
  }
}

const trimmed = (address = ""): string => address.replace(/\/+$/, "")

/** A scanner that ended with 0 and left no report has sent nothing that could be waited for. */
function reportless(exitCode: number): Pick<QualityOutput, "failed"> {
  if (exitCode !== 0) return {}
  const { message } = new SignalboxError("TOOL_FAILED", {
    what: "the SonarQube scanner ended with 0 and wrote no report-task.txt",
    next: "look at its log among the gate's reports; another version of it may be in use",
  })
  return { failed: message }
}

function requestOf(
  settings: QualitySettings,
  { address, isOwn }: Server,
  project: string,
  { analysedAs }: World,
): QualityRequest {
  return {
    // A server of the call's own has seen nothing else: there a branch is its only one.
    analysedAs: isOwn ? null : (analysedAs ?? null),
    ...{ server: address, project, qualityGate: settings.qualityGate ?? null },
    conditions: isOwn ? [...(settings.conditions ?? defaultConditions)] : null,
    ...{ waitMs: settings.wait.ms, wait: String(settings.wait) },
  }
}

async function prepare(
  { source }: GateContext,
  world: World,
  server: Server,
  request: QualityRequest,
): Promise<Prepared> {
  const container = server
    .withSecrets(await world.runner())
    .withNewFile(requestFile, JSON.stringify(request))
    .withMountedDirectory("/tree", source)
  const command = [program, "prepare", "--request", requestFile, "--tree", "/tree"]
  const about = { name: "the program that asks SonarQube", where: request.server, next }
  return world.ask({ ...about, container, command }, preparedSchema)
}

async function judge(world: World, server: Server, request: QualityRequest, report: string): Promise<Judged> {
  const reportFile = "/in/report-task.txt"
  const container = server
    .bound(await world.runner())
    .withSecretVariable("SONAR_TOKEN", requireToken(server))
    .withNewFile(requestFile, JSON.stringify(request))
    .withNewFile(reportFile, report)
  const command = [program, "judge", "--request", requestFile, "--report", reportFile]
  const about = { name: "the program that asks SonarQube", where: request.server, next }
  return world.ask({ ...about, container, command }, judgedSchema)
}

function requireToken({ token }: Server) {
  if (token !== undefined) return token
  throw new SignalboxError("SECRET_MISSING", {
    what: "the SonarQube server needs a token",
    next: "give one: --sonar-token env://NAME",
  })
}
