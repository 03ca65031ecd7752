import { type Container, type Directory, dag } from "@dagger.io/dagger"
import type { BuiltImage } from "../build/index.ts"
import type { Component } from "../config/index.ts"
import { asSignalboxError, type DatabaseIdentity, SignalboxError } from "../domain/index.ts"
import { advisories, findAdvisories, toolCommand, toolContainer, toolIdentity } from "../toolbox/index.ts"
import { below } from "./components.ts"
import type { Gate, GateContext, Judged } from "./context.ts"
import { outDirectory, type Ran, settle, whyFailed } from "./exec.ts"
import { type Judgement, mergeJudgements, unjudged } from "./judgement.ts"
import { lockedPackages, readDatabaseMetadata, readTrivy, type TrivyResult } from "./readers/trivy.ts"

const cache = "/trivy-cache"
const lockFile = "lock-file.json"
const image = "image.json"

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
  const lock = context.source
    .directory(component.path)
    .filter({ include: ["package.json", "package-lock.json"] })
  const [fromLock, fromImage, locked] = await Promise.all([
    scan(
      context,
      toolContainer(context.toolbox, "trivy").withMountedDirectory("/scan", lock),
      ["fs", "/scan"],
      lockFile,
    ),
    typeof built === "string"
      ? ({ ran: false, why: built } as const)
      : scan(
          context,
          toolContainer(context.toolbox, "trivy").withMountedFile("/image.tar", built.archive),
          ["image", "--input", "/image.tar"],
          image,
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

/** @param locked text of the lock file: how many packages a scan must have seen. */
export function judgeScans(
  name: string,
  component: Pick<Component, "path" | "kind">,
  fromLock: Ran,
  fromImage: Ran,
  locked: string,
): Judgement {
  const errors: string[] = []
  const read = (what: string, ran: Ran, report: string, place: (path: string | undefined) => string) => {
    try {
      if (ran.ran) return readTrivy(ran.files[report], name, (_, path) => place(path))
      errors.push(`${name}: the ${what} could not be scanned: ${ran.why}`)
    } catch (thrown) {
      errors.push(`${name}: ${asSignalboxError(thrown).message}`)
    }
    return undefined
  }
  const lock = read("lock file", fromLock, lockFile, () => `${component.path}/package-lock.json`)
  const built = read("image", fromImage, image, (path) =>
    path === undefined ? `image:${name}` : `image:${name}/${path}`,
  )
  const expected = expectedPackages(name, locked, errors)
  if (lock !== undefined && expected > 0 && count(lock, "lang-pkgs") === 0)
    errors.push(`${name}: the lock file names ${expected} packages, the scan saw none`)
  if (built !== undefined && Object.values(built.packages).every((packages) => packages === 0))
    errors.push(`${name}: the scan of the image saw no package`)
  if (built !== undefined && component.kind === "service" && expected > 0 && count(built, "lang-pkgs") === 0)
    errors.push(`${name}: the scan of the image saw none of the application's packages`)
  const known = new Set(lock?.findings.map((finding) => `${finding.rule} ${finding.subject}`))
  const onlyInImage =
    built?.findings.filter((finding) => !known.has(`${finding.rule} ${finding.subject}`)) ?? []
  const packages = {
    locked: lock === undefined ? 0 : count(lock, "lang-pkgs"),
    system: built === undefined ? 0 : count(built, "os-pkgs"),
  }
  return {
    findings: [...(lock?.findings ?? []), ...onlyInImage],
    errors,
    summary: `${name}: ${packages.locked} packages of the application, ${packages.system} of the system`,
    tools: [],
    figures: { packages: packages.locked, systemPackages: packages.system },
    reports: below(name, {
      ...(fromLock.ran ? fromLock.files : {}),
      ...(fromImage.ran ? fromImage.files : {}),
    }),
  }
}

function count(result: TrivyResult, packageClass: string): number {
  return result.packages[packageClass] ?? 0
}

function expectedPackages(name: string, locked: string, errors: string[]): number {
  try {
    return lockedPackages(locked)
  } catch (thrown) {
    errors.push(`${name}: ${asSignalboxError(thrown).message}`)
    return 0
  }
}
