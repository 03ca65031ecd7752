import { type Container, type Directory, type File, func, object, type Secret } from "@dagger.io/dagger"
import type { Session } from "../call/index.ts"

/** Images of an application's components, built when one of the functions needs them. */
@object()
export class Images {
  source: Directory
  config?: File
  toolbox?: File
  registryUser?: string
  registryToken?: Secret
  secretNames: string[]
  secretValues: Secret[]
  /** Names of the chosen components; all of them when empty. */
  chosen: string[]
  /** How far the code is trusted. */
  context: string
  /** Says which files that git ignores are committed, and what has changed. */
  git?: Directory
  /** The base revision: only images that changes since then can reach. */
  affected?: string

  constructor(
    source: Directory,
    toolbox: File | undefined,
    chosen: string[],
    config?: File,
    registryUser?: string,
    registryToken?: Secret,
    secretNames: string[] = [],
    secretValues: Secret[] = [],
    context: string = "branch",
    git?: Directory,
    affected?: string,
  ) {
    this.source = source
    if (toolbox !== undefined) this.toolbox = toolbox
    this.chosen = chosen
    this.context = context
    this.secretNames = secretNames
    this.secretValues = secretValues
    if (git !== undefined) this.git = git
    if (affected !== undefined) this.affected = affected
    if (config !== undefined) this.config = config
    if (registryUser !== undefined) this.registryUser = registryUser
    if (registryToken !== undefined) this.registryToken = registryToken
  }

  /** Names of the components. */
  @func()
  list(): Promise<string[]> {
    return this.ask(async (session) => {
      const { chosenComponents } = await import("../../pipelines/build.ts")
      return [...(await chosenComponents(session, await this.choice(session)))]
    })
  }

  /**
   * The container of a component, as it is published.
   * @param component Name of the component. Default: the one that was chosen, or the application's only one.
   * @param platform Of a component with several, such as linux/arm64. Default: the engine's own, which can be run.
   */
  @func()
  container(component?: string, platform?: string): Promise<Container> {
    return this.ask(async (session) => {
      const { oneContainer } = await import("../../pipelines/build.ts")
      const choice = await this.choice(session)
      const names = component === undefined ? choice.names : [component]
      return oneContainer(session, await this.trust(), { ...choice, names }, platform)
    })
  }

  /** Compressed size of each image, its budget (maxImageMb) and its digest, and what its build leaves out of the source. */
  @func()
  sizes(): Promise<string> {
    return this.ask(async (session) => {
      const { imageSizes } = await import("../../pipelines/build.ts")
      return (await imageSizes(session, await this.trust(), await this.choice(session))).text
    })
  }

  /** The same as JSON: {"schemaVersion":1,"images":[{"component","platform"?,"index"?,"digest","bytes","budget","withinBudget","leftOut"}],"assumed"?,"affected"?}. */
  @func()
  sizesJson(): Promise<string> {
    return this.ask(async (session) => {
      const { imageSizes } = await import("../../pipelines/build.ts")
      return (await imageSizes(session, await this.trust(), await this.choice(session))).json
    })
  }

  /** What was assumed because there is no signalbox.yaml, one setting per line with its reason; empty where there is one. */
  @func()
  assumed(): Promise<string> {
    return this.ask(async (session) => (await import("../../pipelines/build.ts")).assumedText(session))
  }

  /**
   * Two documents per image, CycloneDX and SPDX: COMPONENT.cdx.json and COMPONENT.spdx.json; of several platforms
   * COMPONENT/linux-arm64.cdx.json and so on.
   */
  @func()
  sbom(): Promise<Directory> {
    return this.ask(async (session) => {
      const { imageSboms } = await import("../../pipelines/sbom.ts")
      return imageSboms(session, await this.trust(), await this.choice(session))
    })
  }

  /**
   * What the build gives, as files to keep: images/COMPONENT as an OCI layout, sbom/ and sizes.json. Images that are built elsewhere are in their
   * registry, and not among them.
   */
  @func()
  output(): Promise<Directory> {
    return this.ask(async (session) => {
      const { buildOutput } = await import("../../pipelines/output.ts")
      return buildOutput(session, await this.trust(), await this.choice(session))
    })
  }

  /** @throws USAGE, SHALLOW_CLONE for a base revision that the clone does not have */
  private async choice(session: Session) {
    const names = this.chosen
    if (this.affected === undefined) return { names }
    const { scopeSince } = await import("../../pipelines/affected.ts")
    return { names, affected: await scopeSince(session, this.affected, "image") }
  }

  /** @throws USAGE for an unknown context */
  private async trust() {
    const { contextNamed } = await import("../../pipelines/gates.ts")
    return contextNamed(this.context)
  }

  /** Runs a call; a failure ends it with our exit code. */
  private async ask<T>(body: (session: Session) => Promise<T>): Promise<T> {
    const { attempt, Session, secretsByName } = await import("../call/index.ts")
    const { toolboxOf } = await import("../toolbox/default-file.ts")
    const { source, git, toolbox = toolboxOf(source), config, registryUser, registryToken } = this
    const buildSecrets = secretsByName(this.secretNames, this.secretValues)
    const inputs = { source, git, toolbox, config, registryUser, registryToken, buildSecrets }
    const session = new Session({
      ...inputs,
      actor: undefined,
      access: new Map(),
      policyRef: undefined,
      approvePolicy: undefined,
    })
    return attempt(async () => {
      const { orAssumed } = await import("../../pipelines/assumed.ts")
      return body(await orAssumed(session))
    })
  }
}
