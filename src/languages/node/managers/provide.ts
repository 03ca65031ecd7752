import { type Container, type Directory, ExecError } from "@dagger.io/dagger"
import { SignalboxError } from "../../../domain/index.ts"
import { program, type ToolboxFile, toolContainer, whyFailed } from "../../../toolbox/index.ts"
import type { WantedVersion } from "./chosen.ts"
import { endings } from "./fetch.ts"
import type { PackageManager } from "./manager.ts"

const place = "/opt/package-manager"

/** Where a project's package manager is from. */
export interface ProvidedBy {
  readonly manager: PackageManager
  readonly version: WantedVersion | null
  /** What says which version it is: a file of the project. */
  readonly because: string
}

/**
 * A container with the project's package manager in front of all others. It comes from npm's registry by its exact version, which the
 * registry never gives another content: cached by that version and hash alone, for all projects.
 * @throws CONFIG_INVALID where the registry has no such version, or its content is not what the project's hash says.
 */
export async function withManager(
  container: Container,
  toolbox: ToolboxFile,
  by: ProvidedBy,
): Promise<Container> {
  if (by.version === null) return container
  return container
    .withDirectory(place, await fetched(toolbox, by, by.version))
    .withEnvVariable("PATH", `${place}/own:\${PATH}`, { expand: true })
}

async function fetched(
  toolbox: ToolboxFile,
  by: ProvidedBy,
  { version, hash }: WantedVersion,
): Promise<Directory> {
  const { package: spec, bin, hashOf } = by.manager.distribution(version)
  const held = hash === undefined ? [] : [hashOf, hash.algorithm, hash.value]
  const done = toolContainer(toolbox, "node")
    .withFile("/fetch.ts", program("src/languages/node/managers/fetch.ts"))
    .withExec(["node", "/fetch.ts", spec, bin, by.manager.name, place, ...held])
  try {
    return await done.directory(place).sync()
  } catch (thrown) {
    throw explained(thrown, by, version)
  }
}

function explained(thrown: unknown, { manager, because }: ProvidedBy, version: string): unknown {
  if (!(thrown instanceof ExecError)) return thrown
  const { exitCode } = thrown
  const what = `${manager.title} ${version} cannot be had`
  if (exitCode === endings.notThere)
    return new SignalboxError("CONFIG_INVALID", {
      ...{ what, where: because, why: `npm's registry has no ${manager.distribution(version).package}` },
      next: "name a version that is published in packageManager of package.json",
    })
  if (exitCode === endings.otherContent)
    return new SignalboxError("CONFIG_INVALID", {
      ...{ what, where: because, why: whyFailed(thrown) },
      next: "correct the hash in packageManager: corepack use writes name, version and hash",
    })
  return new SignalboxError(
    "TOOL_FAILED",
    { what, where: because, why: whyFailed(thrown) },
    { cause: thrown },
  )
}
