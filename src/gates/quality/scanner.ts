import { type Container, dag, type Secret } from "@dagger.io/dagger"
import { SignalboxError } from "../../domain/index.ts"
import { cacheName, findTool, toolContainer } from "../../toolbox/index.ts"
import type { GateContext, World } from "../gate.ts"
import type { GatheredReports } from "./gather.ts"
import { scanProperties } from "./scan.ts"
import type { ScanEnd } from "./scanner-log.ts"
import type { Server } from "./server.ts"
import type { QualitySettings } from "./settings.ts"

interface Scan {
  readonly settings: QualitySettings
  readonly server: Server & { readonly token: Secret | undefined }
  readonly project: string
  readonly edition: string
  readonly reports: GatheredReports
}

const places = { source: "/src", work: "/out", reports: "/reports", home: "/scanner" }
const settingsFile = "/signalbox/scan.properties"
/** Unprivileged: what it starts came from the server. */
const user = "1001:1001"

/** The scanner over the whole tree. @returns its report-task.txt where it has sent an analysis */
export async function scan(
  { source, toolbox, trust, seconds }: GateContext,
  world: World,
  about: Scan,
): Promise<{ readonly end: ScanEnd; readonly report: string | undefined }> {
  const { server, reports } = about
  const { token } = server
  if (token === undefined) throw new SignalboxError("INTERNAL", { what: "the scanner was given no token" })
  const prepared = server
    .bound(toolContainer(toolbox, "sonarScanner"))
    .withUser(user)
    .withMountedDirectory(places.source, source)
    .withMountedDirectory(places.reports, reportFiles(reports))
    .withNewFile(settingsFile, properties(about, world))
    .withDirectory(places.work, dag.directory(), { owner: user })
    // Plugins and Java of the server; a name for each level of trust, because they are run.
    .withMountedCache(places.home, dag.cacheVolume(cacheName("sonar-scanner", trust)), { owner: user })
    .withEnvVariable("SONAR_USER_HOME", places.home)
    .withEnvVariable("HOME", places.work)
    .withoutEnvVariable("SONAR_SCANNER_OPTS")
    .withWorkdir(places.work)
    .withSecretVariable("SONAR_TOKEN", token)
  // By this argument the scanner reads no settings file of the tree.
  const program = findTool(toolbox, "sonarScanner").path ?? "sonar-scanner"
  const command = [program, `-Dproject.settings=${settingsFile}`]
  // Half of the gate's time: the other half is the server's, to start and to judge.
  const limit = Math.ceil(seconds / 2)
  const { exitCode, output, timedOut, done } = await world.runTool(prepared, command, limit)
  const end = { exitCode, log: output, ...(timedOut ? { stoppedAfter: spoken(limit) } : {}) }
  return { end, report: done === undefined || exitCode !== 0 ? undefined : await reportOf(done) }
}

function spoken(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`
}

function properties({ settings, server, project, edition, reports }: Scan, world: World): string {
  const below = (files: Readonly<Record<string, string>>) =>
    Object.keys(files).map((name) => `${places.reports}/${name}`)
  return scanProperties({
    ...{ server: server.address, isOwn: server.isOwn, project, edition, places },
    ...{ exclude: settings.exclude, analysedAs: world.analysedAs },
    handedOver: { lcov: below(reports.lcov), tests: below(reports.tests), testFiles: reports.testFiles },
  })
}

function reportFiles({ lcov, tests }: GatheredReports) {
  return Object.entries({ ...lcov, ...tests }).reduce(
    (all, [name, text]) => all.withNewFile(name, text),
    dag.directory(),
  )
}

async function reportOf(done: Container): Promise<string | undefined> {
  const name = "report-task.txt"
  const out = done.directory(places.work)
  return (await out.entries()).includes(name) ? out.file(name).contents() : undefined
}
