import { type Container, type Directory, dag } from "@dagger.io/dagger"
import type { BuiltImage } from "../build/index.ts"
import type { Component } from "../config/index.ts"
import { type DatabaseIdentity, SignalboxError } from "../domain/index.ts"
import {
  advisories,
  findAdvisories,
  manifestFiles,
  onlyThese,
  toolCommand,
  toolContainer,
  toolIdentity,
  whyFailed,
} from "../toolbox/index.ts"
import type { Gate, GateContext, Judged } from "./context.ts"
import { outDirectory, type Ran, settle } from "./exec.ts"
import { imageReport, judgeScans, lockReport } from "./judge/vulnerabilities.ts"
import { mergeJudgements, unjudged } from "./judgement.ts"
import { readDatabaseMetadata } from "./readers/trivy.ts"

const cache = "/trivy-cache"

/**
 * Trivy over each component's lock file and image, with the advisory database of the toolbox: never a downloaded one, so
 * that a verdict can be repeated and says against what it holds. Settings and ignore files of the tree are not there.
 */
export const vulnerabilities: Gate = {
  name: "vulnerabilities",
  async run(context) {
    const tools = [toolIdentity(context.toolbox, "trivy")]
    const { failOn } = context.config.gates.vulnerabilities
    let database: DatabaseIdentity
    try {
      database = await databaseIdentity(context)
    } catch (thrown) {
      return { judgement: { ...unjudged(whyFailed(thrown), tools), failOn }, raw: dag.directory() }
    }
    const images = await context.images().catch((thrown: unknown) => whyFailed(thrown))
    const parts = await Promise.all(
      Object.entries(context.config.components).map(([name, component]) => {
        const built = typeof images === "string" ? images : images.find((one) => one.component === name)
        return scanComponent(context, name, component, built ?? "the image was not built")
      }),
    )
    const merged = mergeJudgements(parts.map((part) => part.judgement))
    return {
      judgement: { ...merged, tools, database, failOn },
      raw: parts.reduce((all: Directory, part) => all.withDirectory("/", part.raw), dag.directory()),
    }
  },
}

/** @throws DATABASE_MISSING when there is none, or when it is another one than the toolbox says. */
async function databaseIdentity(context: GateContext): Promise<DatabaseIdentity> {
  const { name, digest } = findAdvisories(context.toolbox)
  const files = advisories(context.toolbox)
  const metadata = readDatabaseMetadata(await files.file("metadata.json").contents())
  if (metadata.name !== undefined && metadata.name !== name)
    throw new SignalboxError("DATABASE_MISSING", {
      what: `the advisory database calls itself ${metadata.name}, the toolbox calls it ${name}`,
      next: "name it as it is in toolbox.yaml: databases.trivy.name",
    })
  const { date, entries } = metadata
  const identity = digest === "unresolved" ? await files.file("trivy.db").digest() : digest
  return { name, date, digest: identity, ...(entries === undefined ? {} : { entries }) }
}

async function scanComponent(
  context: GateContext,
  name: string,
  component: Component,
  built: BuiltImage | string,
): Promise<Judged> {
  const lock = await onlyThese(context.source.directory(component.path), manifestFiles)
  const [fromLock, fromImage, locked] = await Promise.all([
    scan(
      context,
      toolContainer(context.toolbox, "trivy").withMountedDirectory("/scan", lock),
      ["fs", "/scan"],
      lockReport,
    ),
    typeof built === "string"
      ? ({ ran: false, why: built } as const)
      : scan(
          context,
          toolContainer(context.toolbox, "trivy").withMountedDirectory("/image", built.layout),
          ["image", "--input", "/image"],
          imageReport,
        ),
    lock
      .file("package-lock.json")
      .contents()
      .catch(() => ""),
  ])
  const raw = [fromLock, fromImage].reduce(
    (all: Directory, ran) => (ran.ran ? all.withDirectory(name, ran.out) : all),
    dag.directory(),
  )
  return { judgement: judgeScans(name, component, fromLock, fromImage, locked), raw }
}

function scan(
  context: GateContext,
  container: Container,
  target: readonly string[],
  report: string,
): Promise<Ran> {
  const [mode = "", ...rest] = target
  const command = [
    toolCommand(context.toolbox, "trivy"),
    mode,
    ...["--scanners", "vuln", "--format", "json", "--list-all-pkgs", "--output", `${outDirectory}/${report}`],
    ...[
      "--skip-db-update",
      "--skip-java-db-update",
      "--offline-scan",
      "--skip-version-check",
      "--disable-telemetry",
    ],
    ...["--cache-dir", cache, "--timeout", "15m", "--quiet", "--exit-code", "0"],
    ...rest,
  ]
  return settle(
    container
      .withUser("0")
      // Nothing of the tree lies here: trivy.yaml and .trivyignore are looked for in the working directory.
      .withWorkdir("/nowhere")
      .withMountedDirectory(`${cache}/db`, advisories(context.toolbox))
      .withDirectory(outDirectory, dag.directory())
      .withExec(command),
    [report],
  )
}
