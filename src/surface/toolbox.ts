import { type Directory, type File, func, object, type Secret } from "@dagger.io/dagger"
import type { Session } from "../call/index.ts"

/** The toolbox file: the image of each tool, databases and schemas. */
@object()
export class Toolbox {
  source: Directory
  toolbox?: File
  git?: Directory
  config?: File
  registryUser?: string
  registryToken?: Secret

  constructor(
    source: Directory,
    toolbox: File | undefined,
    git?: Directory,
    config?: File,
    registryUser?: string,
    registryToken?: Secret,
  ) {
    this.source = source
    if (toolbox !== undefined) this.toolbox = toolbox
    if (git !== undefined) this.git = git
    if (config !== undefined) this.config = config
    if (registryUser !== undefined) this.registryUser = registryUser
    if (registryToken !== undefined) this.registryToken = registryToken
  }

  /**
   * The file with a digest for every image that has none, as its registry says now; comments and order stay. Export it over
   * the file. Ends with 11, and gives nothing, where an image cannot be resolved.
   * @param partial Fill in what can be resolved, and leave the others.
   */
  @func({ cache: "never" })
  pin(partial: boolean = false): Promise<File> {
    return this.ask(async (session) =>
      (await import("../../pipelines/pin.ts")).pinnedToolbox(session, partial),
    )
  }

  /** What of the file is open or missing, and what that costs. */
  @func({ cache: "never" })
  open(): Promise<string> {
    return this.ask(async (session) => (await import("../../pipelines/open-ends.ts")).openEndsText(session))
  }

  /** Runs a call; a failure ends it with our exit code. */
  private async ask<T>(body: (session: Session) => Promise<T>): Promise<T> {
    const { attempt, Session } = await import("../call/index.ts")
    const { toolboxOf } = await import("../toolbox/default-file.ts")
    const { source, git, toolbox = toolboxOf(source), config, registryUser, registryToken } = this
    const session = new Session({
      ...{ source, git, toolbox, config, registryUser, registryToken },
      buildSecrets: new Map(),
      actor: undefined,
      access: new Map(),
      policyRef: undefined,
      approvePolicy: undefined,
    })
    return attempt(() => body(session))
  }
}
