import { argument, type Directory, type File, func, object } from "@dagger.io/dagger"
import { Images } from "./surface/images.ts"

/** A release pipeline: builds, judges, deploys, tests, promotes and takes back. */
@object()
export class Signalbox {
  source: Directory
  git?: Directory
  config?: File
  toolbox: File

  /**
   * @param source The source tree. Default: the whole repository, without its history.
   * @param git The repository (`.git`): history, version and changelog are read from it.
   * @param config Configuration. Default: signalbox.yaml of the source tree.
   * @param toolbox Which image each tool runs in. Default: toolbox.yaml of the repository.
   */
  constructor(
    @argument({
      defaultPath: "/",
      ignore: [".git", "**/node_modules", "out", "**/coverage", "**/dist", "**/.env", "**/*.log", "sdk"],
    })
    source: Directory,
    @argument({ defaultPath: "/toolbox.yaml" }) toolbox: File,
    git?: Directory,
    config?: File,
  ) {
    this.source = source
    this.toolbox = toolbox
    if (git !== undefined) this.git = git
    if (config !== undefined) this.config = config
  }

  /**
   * Images of the application's components.
   * @param component Build only this one. Default: all.
   */
  @func()
  build(component?: string): Images {
    return new Images(this.source, this.toolbox, component === undefined ? [] : [component], this.config)
  }
}
