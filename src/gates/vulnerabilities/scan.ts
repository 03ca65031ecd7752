import { type Container, type Directory, dag } from "@dagger.io/dagger"
import type { BuiltImage } from "../../build/index.ts"
import type { Component } from "../../config/index.ts"
import { type DatabaseIdentity, SignalboxError } from "../../domain/index.ts"
import { languageOf } from "../../languages/index.ts"
import { advisories, findAdvisories, toolCommand, toolContainer, whyFailed } from "../../toolbox/index.ts"
import { outDirectory, settle } from "../engine/exec.ts"
import type { GateContext, ToolOutcome } from "../gate.ts"
import { type ComponentScans, imageReport, lockReport, logOf } from "./read.ts"
import { readDatabaseMetadata } from "./read-trivy.ts"

const cache = "/trivy-cache"

/** @throws DATABASE_MISSING when there is none, or when it is another one than the toolbox says. */
export async function databaseIdentity(context: GateContext): Promise<DatabaseIdentity> {
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

/** Scans a component's lock file and its image. @param built the image, or why there is none. */
export async function scanComponent(
  context: GateContext,
  name: string,
  component: Component,
  built: BuiltImage | string,
): Promise<ComponentScans & { readonly raw: Directory }> {
  const language = await languageOf(component)
  const packages = await language.packages(context.request(name)).catch(whyFailed)
  const [fromLock, fromImage, systemFiles] = await Promise.all([
    packages === null
      ? null
      : typeof packages === "string"
        ? ({ finished: false, why: packages } as const)
        : scan(
            context,
            toolContainer(context.toolbox, "trivy").withMountedDirectory("/scan", packages.files),
            ["fs", ...(packages.inImage ? [] : ["--include-dev-deps"]), "/scan"],
            lockReport,
          ),
    typeof built === "string"
      ? ({ finished: false, why: built } as const)
      : scan(
          context,
          toolContainer(context.toolbox, "trivy").withMountedDirectory("/image", built.layout),
          ["image", "--input", "/image"],
          imageReport,
        ),
    typeof built === "string" ? [] : systemFilesIn(built.container),
  ])
  const raw = [fromLock, fromImage].reduce(
    (all: Directory, outcome) => (outcome?.finished ? all.withDirectory("/", outcome.out) : all),
    dag.directory(),
  )
  return { fromLock, fromImage, packages: typeof packages === "string" ? null : packages, systemFiles, raw }
}

/** What tells a system with packages from an image that holds nothing but a program. */
const systemMarks = [
  "/etc/os-release",
  "/usr/lib/os-release",
  "/bin/sh",
  "/lib/apk/db",
  "/var/lib/dpkg",
  "/var/lib/rpm",
  "/usr/lib/sysimage/rpm",
  "/var/lib/pacman",
]

/** Those of the marks that an image has. */
export async function systemFilesIn(image: Pick<Container, "exists">): Promise<readonly string[]> {
  const there = await Promise.all(systemMarks.map((path) => image.exists(path)))
  return systemMarks.filter((_, index) => there[index])
}

function scan(
  context: GateContext,
  container: Container,
  target: readonly string[],
  report: string,
): Promise<ToolOutcome> {
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
    // Not --quiet: the log alone says of which system the scanner knows nothing.
    ...["--cache-dir", cache, "--timeout", "15m", "--no-progress", "--exit-code", "0"],
    ...rest,
  ]
  return settle(
    container
      .withUser("0")
      // Nothing of the tree lies here: trivy.yaml and .trivyignore are looked for in the working directory.
      .withWorkdir("/nowhere")
      .withMountedDirectory(`${cache}/db`, advisories(context.toolbox))
      .withDirectory(outDirectory, dag.directory())
      .withExec(command, { redirectStderr: `${outDirectory}/${logOf(report)}` }),
    [report, logOf(report)],
  )
}
