import { type Container, type Directory, dag } from "@dagger.io/dagger"
import { type BuiltImage, hasJavaArchives, imageLabel, type PlatformImage } from "../../build/index.ts"
import type { Component } from "../../config/index.ts"
import { type DatabaseIdentity, SignalboxError, type ToolIdentity } from "../../domain/index.ts"
import { languageOf } from "../../languages/index.ts"
import { findAdvisories, toolCommand, toolContainer, whyFailed } from "../../toolbox/index.ts"
import { databaseIdentity } from "../engine/database-identity.ts"
import { outDirectory, settle } from "../engine/exec.ts"
import type { AdvisoryDatabase, GateContext, ToolOutcome } from "../gate.ts"
import { type ComponentScans, imageReport, lockReport, logOf } from "./read.ts"

const cache = "/trivy-cache"

/** What scans look vulnerabilities up in. */
interface Databases {
  readonly advisories: AdvisoryDatabase
  readonly identity: DatabaseIdentity
  /** The index of Java archives; null where the toolbox names none. */
  java(): Promise<AdvisoryDatabase | null>
  /** The index as evidence states it; null where no scan has asked for it. */
  javaIdentity(): Promise<ToolIdentity | null>
}

/** @throws DATABASE_MISSING when there is none, or when it is another one than the toolbox says. */
export async function databases(context: GateContext): Promise<Databases> {
  findAdvisories(context.toolbox)
  const advisories = await context.database("trivy")
  if (advisories === null)
    throw new SignalboxError("DATABASE_MISSING", { what: "there is no advisory database" })
  let asked: Promise<AdvisoryDatabase | null> | undefined
  const java = () => {
    asked ??= context.database("trivyJava")
    return asked
  }
  return {
    ...{ advisories, identity: await databaseIdentity(advisories, "trivy", "trivy.db"), java },
    javaIdentity: async () => {
      // Why there is none, the scan that asked for it tells.
      const index = await asked?.catch(() => null)
      if (index === undefined || index === null) return null
      const { name, date, digest = "", source } = await databaseIdentity(index, "trivyJava", "trivy-java.db")
      return { name, version: date, image: source === undefined ? digest : `${source}@${digest}` }
    },
  }
}

function withAdvisories(container: Container, { advisories }: Databases): Container {
  return container.withMountedDirectory(`${cache}/db`, advisories.files)
}

/** An image that was built here may bring an index of its own: what was resolved for it. */
async function scanImage(
  context: GateContext,
  trivy: Container,
  { container, layout, packageIndex }: PlatformImage,
  from: Databases,
): Promise<ToolOutcome> {
  const scanned = withAdvisories(trivy.withMountedDirectory("/image", layout), from)
  try {
    // Without an index Trivy ends with an error where it meets an archive, and the scan with it.
    const index =
      packageIndex ?? ((await hasJavaArchives(container)) ? (await from.java())?.files : undefined)
    const ready = index === undefined ? scanned : scanned.withMountedDirectory(`${cache}/java-db`, index)
    return await scan(context, ready, ["image", "--input", "/image"], imageReport)
  } catch (thrown) {
    return { finished: false, why: whyFailed(thrown) }
  }
}

/**
 * Scans a component's lock file, and its image for each platform.
 * @param built the image, or why there is none.
 */
export async function scanComponent(
  context: GateContext,
  name: string,
  component: Component,
  built: BuiltImage | string,
  from: Databases,
): Promise<readonly (ComponentScans & { readonly raw: Directory })[]> {
  const language = await languageOf(component)
  const packages = await language.packages(context.request(name)).catch(whyFailed)
  const trivy = toolContainer(context.toolbox, "trivy")
  // Nothing in it depends on a platform: it is scanned once, and judged beside each image.
  const lock =
    packages === null
      ? null
      : typeof packages === "string"
        ? ({ finished: false, why: packages } as const)
        : scan(
            context,
            withAdvisories(trivy.withMountedDirectory("/scan", packages.files), from),
            ["fs", ...(packages.inImage ? [] : ["--include-dev-deps"]), "/scan"],
            lockReport,
          )
  const images = typeof built === "string" ? [built] : built.platforms
  return Promise.all(
    images.map(async (image) => {
      const [fromLock, fromImage, systemFiles] = await Promise.all([
        lock,
        typeof image === "string"
          ? ({ finished: false, why: image } as const)
          : scanImage(context, trivy, image, from),
        typeof image === "string" ? [] : systemFilesIn(image.container),
      ])
      const raw = [fromLock, fromImage].reduce(
        (all: Directory, outcome) => (outcome?.finished ? all.withDirectory("/", outcome.out) : all),
        dag.directory(),
      )
      const label = typeof image === "string" ? imageLabel(name) : image.label
      const known = typeof packages === "string" ? null : packages
      return { label, fromLock, fromImage, packages: known, systemFiles, raw }
    }),
  )
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
    ...["--cache-dir", cache, "--timeout", `${context.seconds}s`, "--no-progress", "--exit-code", "0"],
    ...rest,
  ]
  return settle(
    container
      .withUser("0")
      // Nothing of the tree lies here: trivy.yaml and .trivyignore are looked for in the working directory.
      .withWorkdir("/nowhere")
      .withDirectory(outDirectory, dag.directory())
      .withExec(command, { redirectStderr: `${outDirectory}/${logOf(report)}` }),
    [report, logOf(report)],
  )
}
